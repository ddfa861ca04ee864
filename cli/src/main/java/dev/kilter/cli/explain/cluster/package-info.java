/** What a cluster tells of an InferenceDeployment. Reads only. */
package dev.kilter.cli.explain.cluster;
