package dev.kilter.cli.local;

/** Hears what becomes of pods. Called from the pods' own threads; must not block. */
public interface PodObserver {

    /** The pod's process runs under that id. */
    void started(LocalPod pod, ProcessHandle process);

    /** {@link LocalPod#phase()} changed. */
    void changed(LocalPod pod);

    /** Something worth a line to the user. */
    void said(LocalPod pod, String sentence);
}
