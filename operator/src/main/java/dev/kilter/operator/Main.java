package dev.kilter.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's process. */
public final class Main {

    private static final Logger log = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /** Runs until it is told to stop, or loses the lease. */
    public static void main(String[] args) {
        OperatorConfig config;
        try {
            config = OperatorConfig.from(System.getenv());
        } catch (IllegalArgumentException e) {
            log.error("{}", e.getMessage());
            System.exit(2);
            return;
        }
        KubernetesClient client = KilterOperator.client(Config.autoConfigure(null));
        KilterOperator operator = new KilterOperator(
                config, client, InstantSource.system(), KilterOperator.LOOK_AGAIN, () -> System.exit(1));
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            operator.close();
                            client.close();
                        },
                        "shutdown"));
        operator.start();
        log.info(
                "operator started, namespaces: {}, health and metrics on port {}",
                config.namespaces().isEmpty() ? "all" : config.namespaces(),
                operator.httpPort());
    }
}
