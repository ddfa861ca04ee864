package dev.kilter.autoscaler;

/** Which InferenceDeployment. */
public record DeploymentKey(String namespace, String name) implements Comparable<DeploymentKey> {
    @Override
    public int compareTo(DeploymentKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
