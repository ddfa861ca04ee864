/**
 * What NVIDIA's DCGM exporter tells: its pages, and what becomes of them over time. Pure; how pages are fetched, and
 * from where, lives elsewhere.
 */
package dev.kilter.autoscaler.dcgm;
