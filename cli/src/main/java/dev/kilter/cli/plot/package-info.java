/** Plots and pages that need nothing beside themselves. */
package dev.kilter.cli.plot;
