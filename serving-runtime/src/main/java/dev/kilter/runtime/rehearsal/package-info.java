/**
 * What the first requests to a fresh process would pay for, paid before it is ready. Speaks to a server of its own, as
 * clients do; no admission, no model's inside.
 */
package dev.kilter.runtime.rehearsal;
