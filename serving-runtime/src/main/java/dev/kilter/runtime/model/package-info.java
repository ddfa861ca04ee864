/**
 * The models of this process and their life: loading, warm-up, admission, operating point, drain; the implementation of
 * the serving port. Knows no protocol and no engine's inside.
 */
package dev.kilter.runtime.model;
