package dev.kilter.cli.local;

import java.util.List;
import java.util.Optional;

/**
 * What a run leaves on disk for the next one: who runs, where, and which processes it started.
 *
 * @param run a random name of this run, part of every process's marker
 * @param pid of the process that holds it all
 * @param port of the gateway
 */
public record RunRecord(String run, long pid, int port, List<Child> children) {

    public RunRecord {
        children = List.copyOf(children);
    }

    /** @param startedAtMillis as the operating system tells it, to recognise a process id that was given again */
    public record Child(String pod, long pid, long startedAtMillis) {}

    /** What the command line of that pod's process carries. */
    static String marker(String run, String pod) {
        return "-Dkilter.pod=" + run + "/" + pod;
    }

    /** The child's process, if it still runs and is provably that one: same id, same start, same marker. */
    Optional<ProcessHandle> process(Child child) {
        return ProcessHandle.of(child.pid())
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info()
                        .startInstant()
                        .filter(start -> Math.abs(start.toEpochMilli() - child.startedAtMillis()) < 2000)
                        .isPresent())
                .filter(process -> process.info().commandLine().orElse("").contains(marker(run, child.pod())));
    }
}
