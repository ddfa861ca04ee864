package dev.kilter.operator.build;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/**
 * What an object goes with: when its last owner is deleted, Kubernetes deletes it.
 *
 * @param uid empty in local mode, where nothing is owned
 */
public record Owner(String apiVersion, String kind, String name, String uid) {

    /** The reference's source. */
    public static Owner of(HasMetadata resource) {
        String uid = resource.getMetadata().getUid();
        return new Owner(
                resource.getApiVersion(),
                resource.getKind(),
                resource.getMetadata().getName(),
                uid == null ? "" : uid);
    }

    /** For an object with this owner alone. */
    public OwnerReference controller() {
        return new OwnerReferenceBuilder(shared()).withController(true).build();
    }

    /** For an object that several owners hold. */
    public OwnerReference shared() {
        return new OwnerReferenceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withName(name)
                .withUid(uid)
                .build();
    }
}
