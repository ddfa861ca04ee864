/**
 * The demo's play: when load begins, how high it goes, and the snapshots that the view shows of it. Serving, load and
 * drawing are their own packages'.
 */
package dev.kilter.cli.demo;
