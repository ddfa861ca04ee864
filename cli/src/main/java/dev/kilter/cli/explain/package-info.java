/**
 * Why an InferenceDeployment is as it is: what is known of it, and the text that tells it. Pure; whoever collects the
 * facts lives elsewhere.
 */
package dev.kilter.cli.explain;
