package dev.kilter.operator;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.build.GatewayObjects;
import dev.kilter.operator.build.Labels;
import dev.kilter.operator.build.Owner;
import dev.kilter.operator.build.PoolObjects;
import dev.kilter.operator.build.Routes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The objects that the operator made for a fleet, applied one after another by somebody who knows them all. */
final class BareLoop {

    private static final PatchContext STATUS = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Labels.OPERATOR)
            .withForce(true)
            .build();

    private final List<HasMetadata> objects = new ArrayList<>();

    private BareLoop() {}

    /** Learns from a server on which the operator has done its work. */
    static BareLoop of(KubernetesClient client) {
        BareLoop loop = new BareLoop();
        Map<String, List<InferenceDeployment>> deployments =
                client.resources(InferenceDeployment.class).inAnyNamespace().list().getItems().stream()
                        .collect(
                                Collectors.groupingBy(each -> each.getMetadata().getNamespace()));
        Map<String, List<ServingPool>> pools =
                client.resources(ServingPool.class).inAnyNamespace().list().getItems().stream()
                        .collect(
                                Collectors.groupingBy(each -> each.getMetadata().getNamespace()));
        deployments.forEach((namespace, its) -> loop.add(namespace, its, pools.get(namespace)));
        return loop;
    }

    private void add(String namespace, List<InferenceDeployment> deployments, List<ServingPool> pools) {
        for (InferenceDeployment deployment : deployments) {
            objects.add(bare(deployment, new InferenceDeployment()));
            objects.add(GatewayObjects.service(deployment.getMetadata().getName(), namespace, Owner.of(deployment)));
            pools.stream()
                    .filter(pool -> pool.getSpec()
                            .inferenceDeploymentRef()
                            .name()
                            .equals(deployment.getMetadata().getName()))
                    .forEach(this::add);
        }
        objects.addAll(GatewayObjects.shared(
                namespace,
                deployments.stream().map(Owner::of).toList(),
                Routes.of(deployments, pools),
                Examples.SETTINGS));
    }

    private void add(ServingPool pool) {
        PoolObjects its = new PoolObjects(pool, Examples.SETTINGS);
        objects.addAll(List.of(bare(pool, new ServingPool()), its.service(), its.deployment()));
        its.disruptionBudget().ifPresent(objects::add);
    }

    /** As it was applied: without what the server added. */
    private static <S, T, R extends io.fabric8.kubernetes.client.CustomResource<S, T>> R bare(R found, R fresh) {
        ObjectMeta meta = found.getMetadata();
        fresh.setMetadata(new ObjectMetaBuilder()
                .withName(meta.getName())
                .withNamespace(meta.getNamespace())
                .withLabels(meta.getLabels())
                .withAnnotations(meta.getAnnotations())
                .withOwnerReferences(meta.getOwnerReferences())
                .build());
        fresh.setSpec(found.getSpec());
        fresh.setStatus(found.getStatus());
        return fresh;
    }

    /** Applies all; those with a status a second time, for that. */
    void run(KubernetesClient client) {
        for (HasMetadata object : objects) {
            var target = client.resource(object);
            target.fieldManager(Labels.OPERATOR).forceConflicts().serverSideApply();
            if (object instanceof InferenceDeployment
                    || (object instanceof ServingPool pool && pool.getStatus() != null)) {
                target.subresource("status").patch(STATUS);
            }
        }
    }
}
