package dev.kilter.operator.build;

import dev.kilter.api.v1alpha1.Configuration;
import dev.kilter.api.v1alpha1.Toleration;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RuntimeConfig;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What pods that run the serving runtime have in common, whether they serve or profile: image, environment, volumes,
 * place and security of one configuration.
 */
final class RuntimePod {

    /** The container that runs the runtime. */
    static final String CONTAINER = "server";

    private static final String CACHE_PATH = "/var/cache/kilter";
    private static final String CLAIM_PATH = "/mnt/pvc/";
    private static final String CLAIM_SCHEME = "pvc://";

    /** What the runtime reads to reach a store; no other key of a Secret becomes environment. */
    private static final List<String> STORE_KEYS = List.of(
            "AWS_ACCESS_KEY_ID",
            "AWS_DEFAULT_REGION",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_S3",
            "AWS_NO_SIGN_REQUEST",
            "AWS_REGION",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN");

    private final String model;
    private final Configuration configuration;
    private final Settings settings;

    RuntimePod(String model, Configuration configuration, Settings settings) {
        this.model = model;
        this.configuration = configuration;
        this.settings = settings;
    }

    /** The container, short of what only a serving or only a profiling pod has. */
    ContainerBuilder container(Map<String, String> environment) {
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(
                        configuration.runtimeImage() == null ? settings.runtimeImage() : configuration.runtimeImage())
                .withImagePullPolicy(settings.imagePullPolicy().orElse(null))
                .withEnv(environment(environment))
                .withResources(configuration.resources().toKubernetes())
                .withSecurityContext(PodSecurity.container())
                .withVolumeMounts(mounts());
    }

    /** The pod, without its containers. */
    PodSpecBuilder spec() {
        boolean hasAccount = configuration.serviceAccountName() != null;
        return new PodSpecBuilder()
                .withServiceAccountName(configuration.serviceAccountName())
                .withAutomountServiceAccountToken(hasAccount)
                .withEnableServiceLinks(false)
                .withSecurityContext(PodSecurity.pod())
                .withAffinity(affinity())
                .withNodeSelector(new TreeMap<>(configuration.pod().nodeSelector()))
                .withTolerations(
                        Stream.concat(configuration.tolerations().stream(), configuration.pod().tolerations().stream())
                                .distinct()
                                .map(Toleration::toKubernetes)
                                .toList())
                .withPriorityClassName(configuration.pod().priorityClassName())
                .withVolumes(volumes());
    }

    /** The user's labels, overlaid with ours: what pods are found by is not the user's to change. */
    SortedMap<String, String> labels(Map<String, String> ours) {
        SortedMap<String, String> labels = new TreeMap<>(configuration.pod().labels());
        labels.putAll(ours);
        return labels;
    }

    private List<EnvVar> environment(Map<String, String> more) {
        SortedMap<String, String> environment = new TreeMap<>(more);
        environment.put(RuntimeConfig.ENVIRONMENT, Json.write(RuntimeConfigs.of(model, configuration)));
        environment.put(RuntimeConfig.PORT_ENVIRONMENT, String.valueOf(RuntimeConfig.DEFAULT_PORT));
        environment.put(RuntimeConfig.CACHE_ENVIRONMENT, CACHE_PATH);
        settings.mavenRepository()
                .ifPresent(repository -> environment.put(RuntimeConfig.MAVEN_REPOSITORY_ENVIRONMENT, repository));
        Stream<EnvVar> values = environment.entrySet().stream()
                .map(entry -> new EnvVarBuilder()
                        .withName(entry.getKey())
                        .withValue(entry.getValue())
                        .build());
        return Stream.concat(values, credentials()).toList();
    }

    /** By name: a Secret taken whole could set what the JVM or the linker reads, such as JAVA_TOOL_OPTIONS. */
    private Stream<EnvVar> credentials() {
        if (configuration.storage() == null || configuration.storage().secretRef() == null) {
            return Stream.of();
        }
        String secret = configuration.storage().secretRef().name();
        return STORE_KEYS.stream()
                .map(key -> new EnvVarBuilder()
                        .withName(key)
                        .withNewValueFrom()
                        .withNewSecretKeyRef(key, secret, true)
                        .endValueFrom()
                        .build());
    }

    private Affinity affinity() {
        if (configuration.nodes().matchExpressions().isEmpty()) {
            return null;
        }
        return new AffinityBuilder()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .withMatchExpressions(configuration.nodes().matchExpressions().stream()
                        .map(expression -> expression.toKubernetes())
                        .toList())
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .build();
    }

    private List<Volume> volumes() {
        List<Volume> volumes = new ArrayList<>();
        volumes.add(emptyDir("cache"));
        volumes.add(emptyDir("tmp"));
        claims().forEach(claim -> volumes.add(new VolumeBuilder()
                .withName(volumeOf(claim))
                .withNewPersistentVolumeClaim(claim, true)
                .build()));
        return volumes;
    }

    private List<VolumeMount> mounts() {
        List<VolumeMount> mounts = new ArrayList<>();
        mounts.add(mount("cache", CACHE_PATH));
        mounts.add(mount("tmp", "/tmp"));
        claims().forEach(claim -> mounts.add(new VolumeMountBuilder(mount(volumeOf(claim), CLAIM_PATH + claim))
                .withReadOnly(true)
                .build()));
        return mounts;
    }

    /** The claims that {@code pvc://CLAIM/PATH} URIs name, sorted. */
    private SortedSet<String> claims() {
        SortedSet<String> claims = new TreeSet<>();
        Stream<String> uris = configuration.variants().stream().map(variant -> variant.uri());
        Stream<String> tokenizer = RuntimeConfigs.of(model, configuration).models().stream()
                .flatMap(served -> served.embedding().stream())
                .flatMap(embedding -> embedding.tokenizerUri().stream());
        Stream.concat(uris, tokenizer)
                .filter(uri -> uri.startsWith(CLAIM_SCHEME))
                .forEach(uri -> {
                    String path = uri.substring(CLAIM_SCHEME.length());
                    int slash = path.indexOf('/');
                    claims.add(slash < 0 ? path : path.substring(0, slash));
                });
        return claims;
    }

    /** Volume names are DNS labels of at most 63 characters; claims may be longer and have dots. */
    private static String volumeOf(String claim) {
        return "claim-" + Hashes.of(claim);
    }

    private static Volume emptyDir(String name) {
        return new VolumeBuilder()
                .withName(name)
                .withNewEmptyDir()
                .endEmptyDir()
                .build();
    }

    private static VolumeMount mount(String name, String path) {
        return new VolumeMountBuilder().withName(name).withMountPath(path).build();
    }

    /** The pod's spec when its container is settled. */
    static PodSpec with(PodSpecBuilder spec, ContainerBuilder container) {
        return spec.withContainers(container.build()).build();
    }
}
