package dev.kilter.cli.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** As many processes of one pod template as are wanted. Threads may call any method at any time. */
public final class LocalPool {

    private final PodTemplate template;
    private final PodCommand command;
    private final Map<String, String> environment;
    private final Path logs;
    private final String run;
    private final PodObserver observer;
    private final List<LocalPod> pods = new ArrayList<>();
    private int desired;
    private int started;

    /**
     * @param environment what differs from the cluster: folders of this machine
     * @param logs the folder for the processes' output
     * @param run marks the processes of this run
     */
    public LocalPool(
            PodTemplate template,
            PodCommand command,
            Map<String, String> environment,
            Path logs,
            String run,
            PodObserver observer) {
        this.template = template;
        this.command = command;
        this.environment = Map.copyOf(environment);
        this.logs = logs;
        this.run = run;
        this.observer = observer;
    }

    public String name() {
        return template.pool();
    }

    public synchronized int desired() {
        return desired;
    }

    /** Starts or ends processes until that many are wanted; returns at once. */
    public synchronized void scale(int replicas) {
        desired = replicas;
        List<LocalPod> wanted = wanted();
        for (int missing = replicas - wanted.size(); missing > 0; missing--) {
            add();
        }
        wanted.stream()
                .sorted(Comparator.comparing((LocalPod pod) -> pod.phase() == LocalPod.Phase.READY)
                        .thenComparing(Comparator.comparingInt(wanted::indexOf).reversed()))
                .limit(Math.max(0, wanted.size() - replicas))
                .forEach(pod -> pod.askToStop(false));
    }

    /** The pods that are not gone, oldest first. */
    public synchronized List<LocalPod> pods() {
        pods.removeIf(pod -> pod.phase() == LocalPod.Phase.GONE);
        return List.copyOf(pods);
    }

    /** How many are ready. */
    public int ready() {
        return (int) pods().stream()
                .filter(pod -> pod.phase() == LocalPod.Phase.READY)
                .count();
    }

    /** Ends all processes; nothing sends to them any more, so no time is left for letting go. */
    public synchronized CompletableFuture<Void> stop() {
        desired = 0;
        pods().forEach(pod -> pod.askToStop(true));
        return CompletableFuture.allOf(pods().stream().map(LocalPod::gone).toArray(CompletableFuture<?>[]::new));
    }

    private List<LocalPod> wanted() {
        return pods().stream().filter(pod -> !pod.stopAsked()).toList();
    }

    private void add() {
        String pod = template.pool() + "-" + ++started;
        LocalPod created = new LocalPod(
                pod,
                template,
                command.of(template, RunRecord.marker(run, pod)),
                environment,
                logs.resolve(pod + ".log"),
                Backoff.LOCAL,
                observer);
        pods.add(created);
        created.start();
    }
}
