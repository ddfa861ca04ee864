/**
 * What demand will be, as a quantile: predictors, the distribution of their errors, and which of them leads. Immutable
 * values; knows of no replica, no pool and no clock.
 */
package dev.kilter.autoscaler.forecast;
