/**
 * Where model files come from: one adapter for each URI scheme, one content-addressed cache. Knows files and bytes, no
 * model, no engine.
 */
package dev.kilter.runtime.source;
