package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.build.Hashes;
import dev.kilter.operator.build.Labels;
import dev.kilter.operator.build.Labels.Component;
import dev.kilter.protocol.DemandSummary;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that an InferenceDeployment's reconcile looks at, and whose change wakes it. */
final class DeploymentSources {

    private static final String OF_KILTER = Labels.PART_OF + "=kilter";

    final IndexerResourceCache<InferenceDeployment> deployments;
    final InformerCache<ServingPool> pools;
    final InformerCache<AcceleratorClass> classes;
    final InformerCache<ModelProfile> profiles;
    final InformerCache<Node> nodes;
    final InformerCache<ConfigMap> configMaps;
    final InformerCache<Service> services;
    final InformerCache<Deployment> gateways;
    final InformerCache<PodDisruptionBudget> budgets;
    final InformerCache<ServiceAccount> serviceAccounts;
    final InformerCache<RoleBinding> roleBindings;
    final InformerCache<Job> jobs;
    final InformerCache<Pod> profilePods;
    private final InformerCache<InferenceDeployment> neighbours;
    private final EventSourceContext<InferenceDeployment> context;

    /** @param gone is told of each InferenceDeployment that was deleted */
    DeploymentSources(EventSourceContext<InferenceDeployment> context, Consumer<InferenceDeployment> gone) {
        this.context = context;
        this.deployments = context.getPrimaryCache();
        this.pools = informer(of(ServingPool.class));
        this.classes = informer(of(AcceleratorClass.class)
                .withWatchAllNamespaces()
                .withSecondaryToPrimaryMapper(changed -> everyone())
                .withOnUpdateFilter(DeploymentSources::specChanged));
        this.profiles = informer(of(ModelProfile.class).withSecondaryToPrimaryMapper(inItsNamespace()));
        this.nodes = new InformerCache<>(new NodeSource(context, classes));
        this.configMaps = informer(
                of(ConfigMap.class).withLabelSelector(OF_KILTER).withSecondaryToPrimaryMapper(this::ofConfigMap));
        this.services = informer(of(Service.class).withLabelSelector(Component.GATEWAY.selector()));
        this.gateways = informer(of(Deployment.class).withLabelSelector(Component.GATEWAY.selector()));
        this.budgets = informer(of(PodDisruptionBudget.class).withLabelSelector(Component.GATEWAY.selector()));
        this.serviceAccounts = informer(of(ServiceAccount.class).withLabelSelector(Component.GATEWAY.selector()));
        this.roleBindings = informer(of(RoleBinding.class).withLabelSelector(Component.GATEWAY.selector()));
        this.jobs = informer(of(Job.class)
                .withLabelSelector(Component.PROFILE.selector())
                .withSecondaryToPrimaryMapper(this::ofMeasurement));
        this.profilePods = informer(of(Pod.class)
                .withLabelSelector(Component.PROFILE.selector())
                .withSecondaryToPrimaryMapper(this::ofMeasurement));
        this.neighbours = new InformerCache<>(
                new InformerEventSource<InferenceDeployment, InferenceDeployment>(
                        of(InferenceDeployment.class)
                                .withName("neighbours")
                                .withSecondaryToPrimaryMapper(this::ofNeighbour)
                                .withOnUpdateFilter((now, before) -> isLeaving(now) && !isLeaving(before))
                                .build(),
                        context) {
                    @Override
                    public void onDelete(InferenceDeployment deleted, boolean unseen) {
                        gone.accept(deleted);
                        super.onDelete(deleted, unseen);
                    }
                });
    }

    List<EventSource<?, InferenceDeployment>> all() {
        return List.of(
                source(pools),
                source(classes),
                source(profiles),
                source(nodes),
                source(configMaps),
                source(services),
                source(gateways),
                source(budgets),
                source(serviceAccounts),
                source(roleBindings),
                source(jobs),
                source(profilePods),
                source(neighbours));
    }

    private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> of(Class<R> kind) {
        return InformerEventSourceConfiguration.from(kind, InferenceDeployment.class);
    }

    private <R extends HasMetadata> InformerCache<R> informer(InformerEventSourceConfiguration.Builder<R> of) {
        return new InformerCache<>(new InformerEventSource<R, InferenceDeployment>(of.build(), context));
    }

    @SuppressWarnings("unchecked") // All were made for InferenceDeployments, above.
    private static <R extends HasMetadata> EventSource<?, InferenceDeployment> source(InformerCache<R> cache) {
        return (EventSource<?, InferenceDeployment>) cache.source();
    }

    private Set<ResourceID> everyone() {
        return deployments.list(any -> true).map(ResourceID::fromResource).collect(Collectors.toSet());
    }

    private <R extends HasMetadata> SecondaryToPrimaryMapper<R> inItsNamespace() {
        return changed -> inNamespace(changed.getMetadata().getNamespace());
    }

    private Set<ResourceID> inNamespace(String namespace) {
        return deployments
                .list(namespace, any -> true)
                .map(ResourceID::fromResource)
                .collect(Collectors.toSet());
    }

    /** Demand is one InferenceDeployment's, routes are all of the namespace's. */
    private Set<ResourceID> ofConfigMap(ConfigMap changed) {
        String name = changed.getMetadata().getName();
        String namespace = changed.getMetadata().getNamespace();
        if (name.endsWith(DemandSummary.CONFIG_MAP_SUFFIX)) {
            int end = name.length() - DemandSummary.CONFIG_MAP_SUFFIX.length();
            return Set.of(new ResourceID(name.substring(0, end), namespace));
        }
        return inNamespace(namespace);
    }

    /** Whoever started it, and who wants to know the same; they go on with it when that one is deleted. */
    private Set<ResourceID> ofMeasurement(HasMetadata changed) {
        String starter = changed.getMetadata().getLabels().get(Labels.INFERENCE_DEPLOYMENT);
        return deployments
                .list(
                        changed.getMetadata().getNamespace(),
                        each -> each.getMetadata().getName().equals(starter) || asksFor(each, changed))
                .map(ResourceID::fromResource)
                .collect(Collectors.toSet());
    }

    /** Whether what is measured is of one of its models. */
    static boolean asksFor(InferenceDeployment deployment, HasMetadata measured) {
        String source = measured.getMetadata().getLabels().get(Labels.SOURCE);
        return deployment.getSpec().model().variants().stream()
                .anyMatch(variant -> Hashes.of(variant.uri()).equals(source));
    }

    /** Who leaves takes its routes along: those who stay write them. Who comes writes its own. */
    private Set<ResourceID> ofNeighbour(InferenceDeployment changed) {
        return isPresent(changed)
                ? Set.of(ResourceID.fromResource(changed))
                : inNamespace(changed.getMetadata().getNamespace());
    }

    /**
     * The InferenceDeployments of a namespace that were not deleted, as far as is known. The primary cache alone would
     * not do: nothing wakes those who stay when it hears of a deletion after the neighbours' cache has.
     */
    List<InferenceDeployment> present(String namespace) {
        return deployments.list(namespace, this::isPresent).toList();
    }

    private boolean isPresent(InferenceDeployment deployment) {
        return !isLeaving(deployment)
                && neighbours
                        .get(
                                deployment.getMetadata().getNamespace(),
                                deployment.getMetadata().getName())
                        .filter(found -> !isLeaving(found))
                        .filter(found -> found.getMetadata()
                                .getUid()
                                .equals(deployment.getMetadata().getUid()))
                        .isPresent();
    }

    private static boolean isLeaving(HasMetadata resource) {
        return resource.getMetadata().getDeletionTimestamp() != null;
    }

    private static boolean specChanged(HasMetadata now, HasMetadata before) {
        return !Objects.equals(
                now.getMetadata().getGeneration(), before.getMetadata().getGeneration());
    }
}
