/**
 * The {@code kilter} command line: arguments in, exit codes and sentences out. The work is done in {@code local},
 * {@code load} and {@code view}; no decision about plans or scaling is taken here.
 */
package dev.kilter.cli;
