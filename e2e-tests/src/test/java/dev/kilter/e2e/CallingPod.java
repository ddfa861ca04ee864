package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A pod from which {@link Caller} calls: whom it reaches depends on its namespace and labels. */
record CallingPod(Installation installation, String yaml, PodResource pod) implements AutoCloseable {

    private static final String PROGRAM = "dev/kilter/e2e/Caller.class";

    /** The image is the autoscaler's, of which only the Java runtime is used. */
    static CallingPod start(InstalledKilter kilter, String namespace, String name, Map<String, String> labels) {
        String image = kilter.podsOf("autoscaler")
                .getFirst()
                .getSpec()
                .getContainers()
                .getFirst()
                .getImage();
        String yaml = Resources.text("caller.yaml")
                .replace("NAMESPACE", namespace)
                .replace("NAME", name)
                .replace("LABELS", Serialization.asJson(labels))
                .replace("IMAGE", image)
                .replace("PROGRAM", Base64.getEncoder().encodeToString(Resources.bytes(PROGRAM)));
        kilter.installation().apply(yaml);
        PodResource pod = kilter.client().pods().inNamespace(namespace).withName(name);
        pod.waitUntilReady(Scenario.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return new CallingPod(kilter.installation(), yaml, pod);
    }

    /**
     * Calls each address once, all at once.
     *
     * @param urls by what they are called
     * @return by the same names: the status of the answer, {@link Caller#CUT}, or what else went wrong
     */
    Map<String, String> call(Map<String, String> urls) {
        List<String> names = List.copyOf(urls.keySet());
        List<String> command = new ArrayList<>(List.of("java", "-cp", "/caller", Caller.class.getName()));
        names.forEach(name -> command.add(urls.get(name)));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try (ExecWatch exec = pod.writingOutput(said).writingError(complained).exec(command.toArray(String[]::new))) {
            assertThat(exec.exitCode()).as("the calls' end").succeedsWithin(Scenario.PATIENCE);
        }
        List<String> answers = said.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(answers).as(complained.toString(StandardCharsets.UTF_8)).hasSameSizeAs(names);
        Map<String, String> named = new TreeMap<>();
        for (int i = 0; i < names.size(); i++) {
            named.put(names.get(i), answers.get(i));
        }
        return named;
    }

    @Override
    public void close() {
        installation.delete(yaml);
    }
}
