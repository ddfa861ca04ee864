package dev.kilter.operator.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.build.Hashes;
import dev.kilter.operator.build.Labels;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.HttpURLConnection;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Server-side apply with one field manager and fresh objects, only where something is lacking.
 *
 * <p>Ours is what shares an owner with what is wanted. A conflict over a field of an object of ours is won by us; an
 * object that is not ours is never touched.
 */
public final class Applier {

    private static final ObjectMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /** The answer to an object that is invalid. */
    private static final int UNPROCESSABLE = 422;

    private static final PatchContext STATUS = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Labels.OPERATOR)
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final KubernetesSerialization serialization;
    private final WriteCounter writes;
    private final InstantSource clock;
    private final DeclaredFields declared;
    /** What is being created. */
    private final Set<String> making = ConcurrentHashMap.newKeySet();

    public Applier(KubernetesClient client, WriteCounter writes, InstantSource clock) {
        this.client = client;
        this.serialization = client.getKubernetesSerialization();
        this.writes = writes;
        this.clock = clock;
        this.declared = new DeclaredFields(client);
    }

    /**
     * Brings one object to what is wanted.
     *
     * @param desired all the fields that we own, and no others; it is not changed
     * @param cache the objects of its kind as last seen
     */
    public <R extends HasMetadata> Applied apply(R desired, Cache<R> cache) {
        try {
            return bring(desired, cache);
        } catch (KubernetesClientException e) {
            return refused(desired, e);
        }
    }

    private <R extends HasMetadata> Applied bring(R desired, Cache<R> cache) {
        String namespace = desired.getMetadata().getNamespace();
        String name = desired.getMetadata().getName();
        JsonNode wanted = tree(desired);
        String hash = Hashes.of(canonical(wanted));
        Optional<R> cached = cache.get(namespace, name);
        // Informers watch only what carries our labels: what they do not see may still be there.
        Optional<R> actual = cached.isPresent() ? cached : live(desired);
        if (actual.isPresent()) {
            if (!isOurs(desired, actual.get()) && !isOrphan(desired, actual.get())) {
                return new Applied.NameTaken(describe(desired));
            }
            if (isLeaving(desired, actual.get())) {
                return new Applied.Leaving(describe(desired));
            }
            if (says(actual.get(), hash)
                    && Drift.between(wanted, tree(actual.get())).isEmpty()) {
                return new Applied.Unchanged();
            }
        }
        try {
            Resource<R> target = client.resource(withHash(desired, hash));
            R now = actual.isPresent()
                    ? target.fieldManager(Labels.OPERATOR).forceConflicts().serverSideApply()
                    : target.fieldManager(Labels.OPERATOR).serverSideApply();
            writes.wrote(desired.getKind(), actual.isPresent() ? "apply" : "create");
            cache.wrote(cached, now);
            return new Applied.Written(actual.isEmpty());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT && actual.isEmpty()) {
                // Somebody made one in between.
                return new Applied.NameTaken(describe(desired));
            }
            throw e;
        }
    }

    /** Says how many replicas a pool starts with, once; from then on the field is whoever scales's. */
    public void setReplicas(ServingPool pool, int replicas, Cache<ServingPool> cache) {
        Optional<ServingPool> before =
                cache.get(pool.getMetadata().getNamespace(), pool.getMetadata().getName());
        PatchContext merge = new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(Labels.OPERATOR)
                .build();
        ServingPool now = client.resource(pool).patch(merge, "{\"spec\":{\"replicas\":" + replicas + "}}");
        writes.wrote(pool.getKind(), "scale");
        cache.wrote(before, now);
    }

    /** Deletes; what it owns follows. */
    public <R extends HasMetadata> void delete(Class<R> kind, String namespace, String name) {
        boolean wasThere = !client.resources(kind)
                .inNamespace(namespace)
                .withName(name)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete()
                .isEmpty();
        if (wasThere) {
            writes.wrote(kind.getSimpleName(), "delete");
        }
    }

    /** Creates what is written once and never changed; an object of that name is left as it is, or as it is made. */
    public <R extends HasMetadata> Applied createOnce(R wanted, Cache<R> cache) {
        if (!making.add(describe(wanted))) {
            return new Applied.Unchanged();
        }
        try {
            return create(wanted, cache);
        } finally {
            making.remove(describe(wanted));
        }
    }

    private <R extends HasMetadata> Applied create(R wanted, Cache<R> cache) {
        String namespace = wanted.getMetadata().getNamespace();
        if (cache.get(namespace, wanted.getMetadata().getName()).isPresent()) {
            return new Applied.Unchanged();
        }
        try {
            R now = client.resource(wanted).create();
            writes.wrote(wanted.getKind(), "create");
            cache.wrote(Optional.empty(), now);
            return new Applied.Written(true);
        } catch (KubernetesClientException e) {
            return e.getCode() == HttpURLConnection.HTTP_CONFLICT ? new Applied.Unchanged() : refused(wanted, e);
        }
    }

    /** What the object itself is refused for; anything else is thrown, and tried again soon. */
    private static Applied refused(HasMetadata wanted, KubernetesClientException e) {
        boolean refuses = switch (e.getCode()) {
            case HttpURLConnection.HTTP_BAD_REQUEST,
                    HttpURLConnection.HTTP_FORBIDDEN,
                    HttpURLConnection.HTTP_NOT_FOUND,
                    HttpURLConnection.HTTP_ENTITY_TOO_LARGE,
                    UNPROCESSABLE -> true;
            default -> isUndeclared(e);
        };
        if (!refuses) {
            throw e;
        }
        return new Applied.Refused(describe(wanted), said(e));
    }

    /** Whether the server's CRD, older than we are, lacks a field. */
    private static boolean isUndeclared(KubernetesClientException e) {
        return said(e).contains("field not declared in schema");
    }

    private static String said(KubernetesClientException e) {
        return e.getStatus() == null || e.getStatus().getMessage() == null
                ? e.getMessage()
                : e.getStatus().getMessage();
    }

    /** What the server can take of a status: all, unless its CRD was found to be older than we are. */
    public <S> S declared(HasMetadata of, S told, Class<S> type) {
        return declared.of(of.getKind(), told, type, clock.instant());
    }

    /**
     * Writes a status: of what it tells, no field is anybody else's. One that is refused for fields that the server
     * does not have is thrown like any other: next time {@link #declared} leaves them out.
     *
     * @param seen the resource as last seen; it is not changed
     * @param fresh one with nothing in it
     * @param cache that the next reconcile of it looks into
     */
    public <S, R extends CustomResource<?, S>> void writeStatus(R seen, R fresh, S told, Cache<R> cache) {
        fresh.setMetadata(new ObjectMetaBuilder()
                .withName(seen.getMetadata().getName())
                .withNamespace(seen.getMetadata().getNamespace())
                .build());
        fresh.setStatus(told);
        try {
            R now = client.resource(fresh).subresource("status").patch(STATUS);
            writes.wrote(seen.getKind(), "status");
            cache.wrote(Optional.of(seen), now);
        } catch (KubernetesClientException e) {
            if (isUndeclared(e)) {
                learnFrom(e, seen);
            }
            throw e;
        }
    }

    private void learnFrom(KubernetesClientException refusal, HasMetadata seen) {
        try {
            declared.read(seen, clock.instant());
        } catch (KubernetesClientException unreadable) {
            refusal.addSuppressed(unreadable);
        }
    }

    private <R extends HasMetadata> Optional<R> live(R desired) {
        return Optional.ofNullable(client.resource(desired).get());
    }

    private static boolean says(HasMetadata actual, String hash) {
        return hash.equals(actual.getMetadata().getAnnotations().get(Labels.DESIRED_HASH));
    }

    private <R extends HasMetadata> R withHash(R desired, String hash) {
        R wanted = serialization.clone(desired);
        wanted.getMetadata().getAnnotations().put(Labels.DESIRED_HASH, hash);
        return wanted;
    }

    private JsonNode tree(HasMetadata resource) {
        return serialization.convertValue(resource, JsonNode.class);
    }

    private static String canonical(JsonNode wanted) {
        try {
            return SORTED.writeValueAsString(SORTED.treeToValue(wanted, Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + wanted, e);
        }
    }

    private static boolean isOurs(HasMetadata desired, HasMetadata actual) {
        return desired.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .anyMatch(uid -> actual.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> Objects.equals(uid, owner.getUid())));
    }

    /** Made by us for deleted owners of the same kind. */
    private static boolean isOrphan(HasMetadata desired, HasMetadata actual) {
        return Labels.OPERATOR.equals(labelOf(actual, Labels.MANAGED_BY))
                && !actual.getMetadata().getOwnerReferences().isEmpty()
                && actual.getMetadata().getOwnerReferences().stream()
                        .allMatch(owner -> desired.getMetadata().getOwnerReferences().stream()
                                .anyMatch(ours -> ours.getKind().equals(owner.getKind())
                                        && ours.getApiVersion().equals(owner.getApiVersion())));
    }

    /** Going already, or about to be collected with its deleted controller; what is merely shared is handed on. */
    private static boolean isLeaving(HasMetadata desired, HasMetadata actual) {
        return actual.getMetadata().getDeletionTimestamp() != null
                || (!isOurs(desired, actual)
                        && actual.getMetadata().getOwnerReferences().stream()
                                .anyMatch(owner -> Boolean.TRUE.equals(owner.getController())));
    }

    private static String labelOf(HasMetadata resource, String key) {
        return resource.getMetadata().getLabels().get(key);
    }

    private static String describe(HasMetadata resource) {
        return resource.getKind() + " " + resource.getMetadata().getNamespace() + "/"
                + resource.getMetadata().getName();
    }
}
