/** What the Helm chart renders, without a cluster: security contexts, rights, images. Nothing is installed here. */
package dev.kilter.api.chart;
