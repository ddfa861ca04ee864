package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.Configuration;
import dev.kilter.api.v1alpha1.ModelProfileSpec;
import dev.kilter.operator.build.Hashes;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a measurement depends on beside model, class and provider: a profile speaks for the same setup alone.
 *
 * @param image of the runtime, as it is asked for
 * @param resources of the replica: its limits, or its requests where it has none
 * @param instances engine instances that run at a time
 * @param threads of each instance
 */
public record ProfileSetup(String image, SortedMap<String, Quantity> resources, int instances, int threads) {

    /**
     * What runs when a configuration is measured.
     *
     * @param runtimeImage of the installation, for a configuration that names none
     */
    public static ProfileSetup of(Configuration configuration, String runtimeImage) {
        return new ProfileSetup(
                configuration.runtimeImage() == null ? runtimeImage : configuration.runtimeImage(),
                ceiling(
                        configuration.resources().requests(),
                        configuration.resources().limits()),
                configuration.engine().instances(),
                configuration.engine().threads());
    }

    /** What a container may use at most. */
    public static SortedMap<String, Quantity> ceiling(Map<String, Quantity> requests, Map<String, Quantity> limits) {
        SortedMap<String, Quantity> ceiling = new TreeMap<>(requests);
        ceiling.putAll(limits);
        return ceiling;
    }

    /** Part of a profile's name: equal setups have equal ones. */
    String hash() {
        return Hashes.of(this.toString());
    }

    /**
     * In what a profile was measured otherwise. What it does not tell it vouches for.
     *
     * @return such as {@code cpu 2 (not 4), threads 2 (not 4)}; empty: it speaks for this setup
     */
    Optional<String> difference(ModelProfileSpec profile) {
        List<String> found = new ArrayList<>();
        if (!profile.resources().isEmpty()) {
            SortedSet<String> keys = new TreeSet<>(resources.keySet());
            keys.addAll(profile.resources().keySet());
            keys.forEach(key -> compare(found, key, profile.resources().get(key), resources.get(key)));
        }
        compare(found, "instances", profile.instances(), instances);
        if (profile.threads() != null) {
            compare(found, "threads", profile.threads(), threads);
        }
        compare(
                found,
                "image",
                profile.requestedImage() == null ? profile.runtimeImage() : profile.requestedImage(),
                image);
        return found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", found));
    }

    private static <T> void compare(List<String> found, String what, T profiled, T asked) {
        if (profiled == null ? asked != null : !profiled.equals(asked)) {
            found.add(what + " " + say(profiled) + " (not " + say(asked) + ")");
        }
    }

    private static String say(Object value) {
        return value == null ? "none" : value.toString();
    }
}
