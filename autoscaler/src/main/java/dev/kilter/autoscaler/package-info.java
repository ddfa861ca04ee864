/**
 * The loop that scales the pools of every InferenceDeployment, with its ports: read pools, read load, decide, write.
 * Knows no Kubernetes, no HTTP and no clock; adapters stand in packages of their own.
 */
package dev.kilter.autoscaler;
