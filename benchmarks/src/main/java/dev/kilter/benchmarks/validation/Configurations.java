package dev.kilter.benchmarks.validation;

import java.nio.file.Path;
import java.util.List;

/** What is compared. Curves are made up, of the shapes that hardware shows; the sentence embedder is a real model. */
final class Configurations {
    /** Time almost in proportion to the batch. */
    private static final Model CPU = Model.emulated("CPU-like", "1:10ms,16:100ms");

    /** Small batches are cheap. */
    private static final Model GPU = Model.emulated("T4-like", "1:8ms,8:20ms,32:60ms");

    private static final Model GPU_OF_TWO =
            Model.emulated("T4-like, two variants", "1:8ms,8:20ms,32:60ms", "1:5ms,8:12ms,32:36ms");

    /** Padding to eight items. */
    private static final Model STEPS = Model.emulated("steps of 8", "1:12ms,8:12ms,9:24ms,16:24ms");

    private Configurations() {}

    static List<Configuration> all() {
        return List.of(
                Configuration.of("c1-calm", CPU, 1, 1, 50, Load.poisson(0.3)),
                Configuration.of("c1-busy", CPU, 1, 1, 100, Load.poisson(0.8)),
                Configuration.of("c4", CPU, 1, 4, 60, Load.poisson(0.6)),
                Configuration.of("c16", CPU, 1, 16, 150, Load.poisson(0.8)),
                Configuration.of("c16-full", CPU, 1, 16, 150, Load.poisson(1.0)),
                Configuration.of("c16-over", CPU, 1, 16, 150, Load.poisson(1.5)),
                Configuration.of("c16-tight", CPU, 1, 16, 60, Load.poisson(0.8)),
                Configuration.of("c16-bursts", CPU, 1, 16, 100, Load.bursts(3, 0.6)),
                Configuration.of("g1", GPU, 1, 1, 50, Load.poisson(0.9)),
                Configuration.of("g4", GPU, 1, 4, 50, Load.poisson(0.8)),
                Configuration.of("g16", GPU, 1, 16, 60, Load.poisson(0.7)),
                Configuration.of("g32", GPU, 1, 32, 150, Load.poisson(0.9)),
                Configuration.of("g32-over", GPU, 1, 32, 150, Load.poisson(1.2)),
                Configuration.of("g32-bursts", GPU, 1, 32, 100, Load.bursts(2, 0.7)),
                Configuration.of("g32-step", GPU, 1, 32, 100, Load.poisson(0.4, 1.2, 0.5)),
                Configuration.of("s16", STEPS, 1, 16, 60, Load.poisson(0.4)),
                Configuration.of("s16-busy", STEPS, 1, 16, 80, Load.poisson(0.8)),
                Configuration.of("c4x2", CPU, 2, 4, 80, Load.poisson(0.8)),
                Configuration.of("c16x2-bursts", CPU, 2, 16, 120, Load.bursts(2, 0.8)),
                Configuration.of("g8x2", GPU, 2, 8, 60, Load.poisson(0.6)),
                Configuration.of("c4x3", CPU, 3, 4, 40, Load.poisson(0.5)),
                Configuration.of("c16x3-over", CPU, 3, 16, 120, Load.poisson(1.2)),
                Configuration.of("c16x3-step", CPU, 3, 16, 100, Load.poisson(0.3, 1.1, 0.5)),
                Configuration.of("v-int8", GPU_OF_TWO, 1, 16, 60, Load.poisson(0.8))
                        .with("int8"),
                Configuration.of("v-to-int8", GPU_OF_TWO, 1, 16, 80, Load.poisson(1.1))
                        .then("int8", 16),
                Configuration.of("v-to-b16", GPU_OF_TWO, 1, 4, 80, Load.poisson(1.0))
                        .then("fp32", 16),
                Configuration.of("m-fp32", Model.sentences(), 1, 8, 100, Load.poisson(0.6)),
                Configuration.of("m-int8", Model.sentences(), 1, 16, 80, Load.poisson(0.7))
                        .with("int8"));
    }

    /** Two for a model file of whoever runs the command. */
    static List<Configuration> of(Path onnx) {
        Model model = Model.file(onnx);
        String name = onnx.getFileName().toString().replace(".onnx", "");
        return List.of(
                Configuration.of(name, model, 1, 16, 50, Load.poisson(0.3)),
                Configuration.of(name + "-busy", model, 1, 16, 50, Load.poisson(0.6)));
    }
}
