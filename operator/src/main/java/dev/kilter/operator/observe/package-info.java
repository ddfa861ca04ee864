/**
 * What is there: resources from the caches, put together once for each reconcile. Reading only, no decisions; the
 * values are pure, the caches are elsewhere.
 */
package dev.kilter.operator.observe;
