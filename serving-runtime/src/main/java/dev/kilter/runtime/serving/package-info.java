/**
 * The port between the protocols and what serves: one call in, one outcome out. Protocol code depends on this package
 * and on {@code tensor} alone.
 */
package dev.kilter.runtime.serving;
