/** The Open Inference Protocol, version 2, over gRPC, and gRPC health. No HTTP paths, no admission, no engine. */
package dev.kilter.runtime.grpc;
