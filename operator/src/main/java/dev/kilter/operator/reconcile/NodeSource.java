package dev.kilter.operator.reconcile;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.operator.observe.NodeMatch;
import io.fabric8.kubernetes.api.model.Node;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The nodes. They come, go and are labelled all the time: it matters to whoever may use a class that has any only now,
 * or none now. Whom an event wakes depends on the event before, so it is decided here, once an event: a mapper is asked
 * more often.
 */
final class NodeSource extends InformerEventSource<Node, InferenceDeployment> {

    private final IndexerResourceCache<InferenceDeployment> deployments;
    private final InformerCache<AcceleratorClass> classes;
    /** The nodes as of the event before: the cache may be ahead of the event that is being told. */
    private List<Node> known = List.of();

    NodeSource(EventSourceContext<InferenceDeployment> context, InformerCache<AcceleratorClass> classes) {
        super(
                InformerEventSourceConfiguration.from(Node.class, InferenceDeployment.class)
                        .withWatchAllNamespaces()
                        .withItemStore(new NodeLabels())
                        .withSecondaryToPrimaryMapper(changed -> Set.of())
                        .build(),
                context);
        this.deployments = context.getPrimaryCache();
        this.classes = classes;
    }

    @Override
    public void onAdd(Node node) {
        super.onAdd(node);
        wakeThoseConcerned();
    }

    @Override
    public void onUpdate(Node before, Node now) {
        super.onUpdate(before, now);
        if (!Objects.equals(before.getMetadata().getLabels(), now.getMetadata().getLabels())) {
            wakeThoseConcerned();
        }
    }

    @Override
    public void onDelete(Node node, boolean unseen) {
        super.onDelete(node, unseen);
        wakeThoseConcerned();
    }

    private synchronized void wakeThoseConcerned() {
        List<AcceleratorClass> all = classes.all();
        List<Node> now = list(any -> true).toList();
        Set<String> before = NodeMatch.withoutNodes(all, known);
        Set<String> after = NodeMatch.withoutNodes(all, now);
        Set<String> turned = Stream.concat(before.stream(), after.stream())
                .filter(name -> before.contains(name) != after.contains(name))
                .collect(Collectors.toSet());
        known = now;
        if (!turned.isEmpty()) {
            deployments
                    .list(deployment -> mayUse(deployment, turned))
                    .map(deployment -> new Event(ResourceID.fromResource(deployment)))
                    .forEach(getEventHandler()::handleEvent);
        }
    }

    private static boolean mayUse(InferenceDeployment deployment, Set<String> some) {
        List<String> named = deployment.getSpec().hardware().acceleratorClasses();
        return named.isEmpty() || !Collections.disjoint(named, some);
    }
}
