package dev.kilter.operator.reconcile;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;

/**
 * Nodes as far as anybody here looks at them: names and labels. What a kubelet tells of its node, images foremost, is
 * tens of kilobytes, and there may be thousands.
 */
final class NodeLabels extends BasicItemStore<Node> {

    NodeLabels() {
        super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public Node put(String key, Node node) {
        return super.put(
                key,
                new NodeBuilder()
                        .withNewMetadata()
                        .withName(node.getMetadata().getName())
                        .withUid(node.getMetadata().getUid())
                        .withResourceVersion(node.getMetadata().getResourceVersion())
                        .withLabels(node.getMetadata().getLabels())
                        .endMetadata()
                        .build());
    }
}
