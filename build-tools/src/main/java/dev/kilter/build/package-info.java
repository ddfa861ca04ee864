/** What the build runs over its own sources: format and file rules. Never shipped; knows nothing of Kilter itself. */
package dev.kilter.build;
