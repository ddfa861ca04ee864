package dev.kilter.operator.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kilter.api.v1alpha1.Configuration;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/** How pools and revisions are named: by a hash of what they are, so that equal ones meet and others do not. */
public final class PoolNames {

    private static final ObjectMapper SORTED = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private PoolNames() {}

    /**
     * {@code NAME-HASH8} over all that a pod depends on but the operating point to start with: that one moves without a
     * restart. What the user says of batches counts.
     */
    public static String pool(String model, Configuration configuration, InferenceDeploymentSpec.Batching batching) {
        Configuration.OperatingPoint limits =
                new Configuration.OperatingPoint("any", batching.maxBatchSize(), batching.maxDelay());
        return model + "-" + Hashes.of(canonical(withOperatingPoint(configuration, limits)));
    }

    /** The revision of what users see of the model: not of replicas, hardware and budget. */
    public static String revision(InferenceDeploymentSpec spec) {
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("model", spec.model());
        seen.put("latency", spec.slo().latency());
        seen.put("batching", spec.batching());
        seen.put("pod", spec.pod());
        seen.put("serviceAccountName", spec.serviceAccountName());
        return Hashes.of(canonical(seen));
    }

    /** The same configuration with another operating point to start with. */
    public static Configuration withOperatingPoint(Configuration of, Configuration.OperatingPoint operatingPoint) {
        return new Configuration(
                of.acceleratorClass(),
                of.runtimeImage(),
                of.provider(),
                of.task(),
                of.variants(),
                of.embedding(),
                of.engine(),
                operatingPoint,
                of.slo(),
                of.storage(),
                of.nodes(),
                of.tolerations(),
                of.resources(),
                of.serviceAccountName(),
                of.pod());
    }

    static String canonical(Object value) {
        try {
            return SORTED.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + value, e);
        }
    }
}
