/**
 * The data path: read which model a request asks for, send it to a pod, once more to another if none ran it, pass the
 * answer on. Runs on event loops and never blocks. Who the pods are is decided in {@code routing}.
 */
package dev.kilter.gateway.proxy;
