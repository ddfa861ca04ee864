/** How a serving process writes its log. Knows Logback; no other package does, and it knows none of them. */
package dev.kilter.runtime.log;
