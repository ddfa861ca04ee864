package dev.kilter.planner.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Where the replicas of one pool have their places: nodes that come when ordered, or anywhere. */
final class Places {
    private final Optional<Nodes> spec;
    private final Timeline timeline;
    private final SplittableRandom chance;
    private final Runnable onChange;
    /** Where there are no nodes. */
    private final Node anywhere = new Node();

    private final List<Node> nodes = new ArrayList<>();
    private int ordered;
    private int taken;

    /** A node, by how many of its places are taken. */
    static final class Node {
        private int used;
        private long emptySince;
    }

    /** @param onChange called when a node has come or was given back */
    Places(Optional<Nodes> spec, Timeline timeline, Runnable onChange) {
        this.spec = spec;
        this.timeline = timeline;
        this.chance = timeline.chance();
        this.onChange = onChange;
        for (int i = 0; i < spec.map(Nodes::initial).orElse(0); i++) {
            nodes.add(new Node());
        }
    }

    /** A place on the fullest node that has one, so that others become empty. */
    Optional<Node> take() {
        Optional<Node> node = spec.isEmpty() ? Optional.of(anywhere) : fullestWithRoom(spec.get());
        node.ifPresent(n -> {
            n.used++;
            taken++;
        });
        return node;
    }

    private Optional<Node> fullestWithRoom(Nodes limits) {
        Node best = null;
        for (Node node : nodes) {
            if (node.used < limits.replicasPerNode() && (best == null || node.used > best.used)) {
                best = node;
            }
        }
        return Optional.ofNullable(best);
    }

    void free(Node node) {
        node.used--;
        taken--;
        if (spec.isPresent() && node.used == 0 && nodes.contains(node)) {
            idle(node, spec.get());
        }
    }

    private void idle(Node node, Nodes limits) {
        long since = timeline.now();
        node.emptySince = since;
        timeline.after(limits.idle().toNanos(), () -> giveBack(node, since));
    }

    private void giveBack(Node node, long since) {
        if (node.used == 0
                && node.emptySince == since
                && nodes.size() > spec.orElseThrow().least()) {
            nodes.remove(node);
            onChange.run();
        }
    }

    /** Orders nodes for so many replicas without a place, as far as the quota goes. */
    void order(int waiting) {
        if (spec.isEmpty()) {
            return;
        }
        Nodes limits = spec.get();
        int needed = Math.ceilDiv(waiting, limits.replicasPerNode());
        int more = Math.min(needed, limits.most() - nodes.size()) - ordered;
        for (int i = 0; i < more; i++) {
            ordered++;
            timeline.after(limits.provisioning().nanos(chance), this::arrived);
        }
    }

    private void arrived() {
        ordered--;
        Node node = new Node();
        nodes.add(node);
        onChange.run();
        if (node.used == 0) {
            idle(node, spec.orElseThrow()); // nobody needs it any more
        }
    }

    /** One node goes; empty: there is none. */
    Optional<Node> lose() {
        return nodes.isEmpty() ? Optional.empty() : Optional.of(nodes.remove(chance.nextInt(nodes.size())));
    }

    /** Places that are paid for. */
    int paid() {
        return spec.map(limits -> nodes.size() * limits.replicasPerNode()).orElse(taken);
    }
}
