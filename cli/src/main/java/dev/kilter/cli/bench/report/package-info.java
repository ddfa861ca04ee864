/** A bench's result for people and for programs: a table, JSON, a page with plots. Pure functions of the result. */
package dev.kilter.cli.bench.report;
