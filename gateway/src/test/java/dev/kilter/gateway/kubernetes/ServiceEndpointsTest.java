package dev.kilter.gateway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.gateway.routing.PodAddress;
import dev.kilter.gateway.routing.PoolEndpoints;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceEndpointsTest {

    private static Endpoint endpoint(String address, Boolean ready, Boolean serving, Boolean terminating) {
        return new EndpointBuilder()
                .withAddresses(address)
                .withNewConditions()
                .withReady(ready)
                .withServing(serving)
                .withTerminating(terminating)
                .endConditions()
                .build();
    }

    private static EndpointSlice slice(Endpoint... endpoints) {
        return new EndpointSliceBuilder()
                .withEndpoints(endpoints)
                .addNewPort()
                .withName("metrics")
                .withPort(9090)
                .endPort()
                .addNewPort()
                .withName("http")
                .withPort(8080)
                .endPort()
                .build();
    }

    @Test
    void readyServingAndTerminatingAreHonoured() {
        PoolEndpoints endpoints = ServiceEndpoints.endpoints(List.of(slice(
                endpoint("10.0.0.1", true, true, false),
                endpoint("10.0.0.2", false, true, true),
                endpoint("10.0.0.3", false, false, true),
                endpoint("10.0.0.4", false, false, false),
                endpoint("10.0.0.5", null, null, null),
                endpoint("10.0.0.6", false, null, null))));

        assertThat(endpoints.ready())
                .containsExactly(new PodAddress("10.0.0.1", 8080), new PodAddress("10.0.0.5", 8080));
        assertThat(endpoints.leaving()).containsExactly(new PodAddress("10.0.0.2", 8080));
    }

    @Test
    void theSlicesOfAServiceAddUpAndReadyWins() {
        PoolEndpoints endpoints = ServiceEndpoints.endpoints(List.of(
                slice(endpoint("10.0.0.1", false, true, true)),
                slice(endpoint("10.0.0.1", true, true, false), endpoint("10.0.0.2", true, true, false))));

        assertThat(endpoints.ready())
                .containsExactly(new PodAddress("10.0.0.1", 8080), new PodAddress("10.0.0.2", 8080));
        assertThat(endpoints.leaving()).isEmpty();
    }

    @Test
    void aSliceWithoutEndpointsOrWithoutAKnownPortHasNoPods() {
        EndpointSlice twoUnnamedPorts = new EndpointSliceBuilder()
                .withEndpoints(endpoint("10.0.0.1", true, true, false))
                .addNewPort()
                .withPort(1)
                .endPort()
                .addNewPort()
                .withPort(2)
                .endPort()
                .build();
        assertThat(ServiceEndpoints.endpoints(List.of(new EndpointSlice(), slice(), twoUnnamedPorts)))
                .isEqualTo(PoolEndpoints.NONE);
    }
}
