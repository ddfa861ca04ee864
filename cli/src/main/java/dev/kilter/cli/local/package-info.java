/**
 * Local mode: what the operator's builders ask of a cluster becomes processes of this machine. Adapters only, one for
 * each port: plans, pod templates and scaling decisions come from where the cluster takes them.
 */
package dev.kilter.cli.local;
