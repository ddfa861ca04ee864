package dev.kilter.cli;

import dev.kilter.api.v1alpha1.Tasks;
import dev.kilter.protocol.RuntimeConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Just the serving runtime, in this process. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Serves a model, or a folder of models, in this process: REST and gRPC on one port. No gateway, no plan, no scaling: that is"
                    + " what 'kilter up' adds. Without either, what "
                    + RuntimeConfig.ENVIRONMENT
                    + " in the environment says, as in a pod.",
            "",
            "REST: Open Inference Protocol at /v2, /v1/predict, Prometheus at /metrics. gRPC:"
                    + " inference.GRPCInferenceService, kilter.v1.InferenceService. Ctrl-C lets requests in flight"
                    + " finish.",
            ""
        },
        footer = {
            "",
            "Example:  kilter serve --model file:/models/fraud.onnx --name fraud",
            "Example:  kilter serve --model 'emulated:?curve=1:8ms,8:20ms' --name toy --port 9000",
            "Example:  kilter serve --model-repository models --model-control explicit --load-model '*'"
        })
final class ServeCommand implements Callable<Integer> {

    private static final String DEFAULT_NAME = "model";

    @ArgGroup(multiplicity = "0..1")
    private Source source = new Source();

    /** Where models come from: the one, the other, or the environment. */
    private static final class Source {
        @Option(
                names = "--model",
                paramLabel = "URI",
                required = true,
                description = "file:/PATH, https://HOST/PATH, s3://BUCKET/KEY, maven:GROUP:ARTIFACT:VERSION!/ENTRY or"
                        + " emulated:?curve=1:8ms,8:20ms")
        private String model;

        @Option(
                names = "--model-repository",
                paramLabel = "DIR",
                required = true,
                description = "A folder of models: NAME/VERSION/model.onnx, or NAME/model.onnx.")
        private String folder;
    }

    @Option(names = "--name", paramLabel = "NAME", description = "The model's name in requests. Default: model.")
    private String name;

    @Option(
            names = "--version-policy",
            paramLabel = "POLICY",
            description = "Which versions of a folder: latest, latest:N, all or specific:V,V,... Default: latest.")
    private String versionPolicy;

    @Option(
            names = "--model-control",
            paramLabel = "MODE",
            description = "none, or explicit: clients load and unload. Default: none.")
    private String control;

    @Option(
            names = "--load-model",
            paramLabel = "NAME",
            description = "With a folder and explicit control: what to load at the start, * for all.")
    private List<String> atStart = List.of();

    @Option(
            names = "--task",
            paramLabel = "TASK",
            defaultValue = Tasks.TENSOR,
            description = "tensor or text-embedding. Default: ${DEFAULT-VALUE}.")
    private String task;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Default: ${DEFAULT-VALUE}; 0: any free one.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on, 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
    private String host;

    @Option(names = "--max-batch-size", paramLabel = "N", defaultValue = "16", description = "Largest batch.")
    private int maxBatchSize;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        int chosen = port == 0 ? freePort() : port;
        return dev.kilter.runtime.Main.serve(
                () -> announce(chosen), arguments(chosen).toArray(String[]::new));
    }

    private List<String> arguments(int chosen) {
        List<String> arguments = new ArrayList<>(List.of("--task", task));
        arguments.addAll(List.of("--host", host, "--port", Integer.toString(chosen)));
        arguments.addAll(List.of("--max-batch-size", Integer.toString(maxBatchSize)));
        add(arguments, "--model", source.model);
        add(arguments, "--name", source.model != null && name == null ? DEFAULT_NAME : name);
        add(arguments, "--model-repository", source.folder);
        add(arguments, "--version-policy", versionPolicy);
        add(arguments, "--model-control", control);
        atStart.forEach(model -> add(arguments, "--load-model", model));
        return arguments;
    }

    private static void add(List<String> arguments, String option, String value) {
        if (value != null) {
            arguments.addAll(List.of(option, value));
        }
    }

    private void announce(int chosen) {
        PrintWriter out = spec.commandLine().getOut();
        String model = name == null ? DEFAULT_NAME : name;
        String served =
                source.folder != null ? source.folder : source.model != null ? model : RuntimeConfig.ENVIRONMENT;
        out.println(served + " is ready at http://127.0.0.1:" + chosen + ", REST and gRPC. Try:");
        out.println("  "
                + (source.model != null
                        ? TryIt.curl(model, task, chosen)
                        : "curl -s -X POST http://127.0.0.1:" + chosen + "/v2/repository/index"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
