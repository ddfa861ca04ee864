/**
 * The process: its commands and how they wire models, engines and server together. Nothing that decides or computes
 * lives here.
 */
package dev.kilter.runtime;
