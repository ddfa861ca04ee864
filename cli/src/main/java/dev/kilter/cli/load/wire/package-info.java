/**
 * The generator's adapters to the network: an event loop, HTTP/1.1 and HTTP/2 (gRPC too) on Netty's channels with
 * frames prepared beforehand. Knows bytes and headers; nothing of models, tensors or objectives.
 */
package dev.kilter.cli.load.wire;
