/** How threads wait for their next work: asleep, or, where it comes soon, watching. Knows no model and no protocol. */
package dev.kilter.runtime.waiting;
