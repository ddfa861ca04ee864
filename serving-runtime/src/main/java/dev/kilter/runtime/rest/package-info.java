/**
 * The Open Inference Protocol, version 2, over HTTP: JSON, binary tensors, and the extensions that clients ask for. No
 * gRPC, no admission, no engine.
 */
package dev.kilter.runtime.rest;
