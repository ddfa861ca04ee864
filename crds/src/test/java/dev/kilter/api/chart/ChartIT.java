package dev.kilter.api.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.schema.ApiServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import org.junit.jupiter.api.Test;

/** A real API server takes what the chart renders, with nothing in it that it does not know. */
class ChartIT {

    @Test
    void everyObjectIsAccepted() {
        try (ApiServer server = ApiServer.start()) {
            server.client()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName("kilter-system")
                            .endMetadata()
                            .build())
                    .create();

            for (HasMetadata object : Chart.render(chart -> chart)) {
                assertThat(server.client()
                                .resource(object)
                                .fieldValidation(Validation.STRICT)
                                .create())
                        .isNotNull();
            }
        }
    }
}
