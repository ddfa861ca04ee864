package dev.kilter.protocol;

/** What our serving processes leave out of Netty, all alike. */
public final class NettySwitches {

    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

    private NettySwitches() {}

    /**
     * To be called before Netty is touched. Its flight recorder events, which nobody reads, would start a recorder with
     * it. Its search for lost buffers, which tests have on, takes a stack trace of one buffer in 128, a fifteenth of a
     * small request; it can be asked for by its own property.
     */
    public static void ofServing() {
        System.setProperty("io.netty.jfr.enabled", "false");
        if (System.getProperty(LEAK_DETECTION) == null) {
            System.setProperty(LEAK_DETECTION, "disabled");
        }
    }
}
