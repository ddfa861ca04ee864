/**
 * What a maintainer needs to see of a cluster, in one archive. It only reads, never a Secret, and what might be one is
 * taken out before it is written.
 */
package dev.kilter.cli.report;
