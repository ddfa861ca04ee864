/**
 * What an InferenceDeployment's status says: from what was observed and decided to conditions, history and figures.
 * Pure; when to write it is decided here too, writing is not.
 */
package dev.kilter.operator.status;
