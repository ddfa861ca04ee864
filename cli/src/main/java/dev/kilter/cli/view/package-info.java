/**
 * What is shown: snapshots turned into text by pure functions, and the terminal that the text goes to. Takes no
 * measurement and knows no process.
 */
package dev.kilter.cli.view;
