package dev.kilter.gateway.proxy;

import dev.kilter.gateway.routing.RoutingTable;

/**
 * What every request shares on its way to a pod.
 *
 * @param maxHoldNanos how long a request may wait for a pod
 */
public record Upstreams(
        RoutingTable routing, PodClients clients, WaitingRoom waitingRoom, BodyBudget bodies, long maxHoldNanos) {}
