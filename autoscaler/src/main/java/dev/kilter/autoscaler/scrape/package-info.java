/**
 * Load reports and operating points over HTTP, to addresses that somebody else knows. No Kubernetes and no decision
 * lives here.
 */
package dev.kilter.autoscaler.scrape;
