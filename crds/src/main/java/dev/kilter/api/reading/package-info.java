/**
 * Reads YAML as strictly as the API server does, for where there is none: all that is wrong, each with its path. Rules
 * between fields are not here; no file and no client either.
 */
package dev.kilter.api.reading;
