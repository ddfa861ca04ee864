/** Routes and endpoints handed over in process: local mode and tests. No Kubernetes, no I/O. */
package dev.kilter.gateway.local;
