/**
 * {@code kilter simulate}: an InferenceDeployment under recorded load in virtual time, scaled by the autoscaler as it
 * is and by others. Only the command reads files and prints.
 */
package dev.kilter.cli.simulate;
