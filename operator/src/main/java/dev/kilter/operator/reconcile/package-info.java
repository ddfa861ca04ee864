/**
 * The reconcilers: observe → validate → plan → apply → status, wired to the Java Operator SDK. The flow only; what is
 * decided, built and told lives in the packages beside.
 */
package dev.kilter.operator.reconcile;
