/**
 * The operator's process: what it is told, its controllers, its health and metrics. Wiring only: nothing is decided
 * here.
 */
package dev.kilter.operator;
