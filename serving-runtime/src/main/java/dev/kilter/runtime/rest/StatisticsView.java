package dev.kilter.runtime.rest;

import dev.kilter.runtime.serving.ServedModel;
import java.util.List;

/** The answer to {@code GET /v2/models[/{model}]/stats}: cumulative since the start, times in nanoseconds. */
record StatisticsView(List<ModelView> modelStats) {

    record ModelView(
            String name,
            String version,
            long lastInference,
            long inferenceCount,
            long executionCount,
            InferenceView inferenceStats,
            List<BatchView> batchStats) {}

    record InferenceView(
            DurationView success,
            DurationView fail,
            DurationView queue,
            DurationView computeInput,
            DurationView computeInfer,
            DurationView computeOutput,
            DurationView cacheHit,
            DurationView cacheMiss) {}

    record BatchView(int batchSize, DurationView computeInput, DurationView computeInfer, DurationView computeOutput) {}

    record DurationView(long count, long ns) {
        static final DurationView NONE = new DurationView(0, 0);

        static DurationView of(ServedModel.Timed timed) {
            return new DurationView(timed.count(), timed.nanos());
        }
    }

    static StatisticsView of(List<ServedModel> models) {
        return new StatisticsView(models.stream().map(StatisticsView::of).toList());
    }

    private static ModelView of(ServedModel model) {
        ServedModel.Statistics statistics = model.statistics().get();
        return new ModelView(
                model.name(),
                model.version(),
                statistics.lastInferenceEpochMillis().orElse(0L),
                statistics.inferenceCount(),
                statistics.executionCount(),
                new InferenceView(
                        DurationView.of(statistics.success()),
                        DurationView.of(statistics.fail()),
                        DurationView.of(statistics.queue()),
                        DurationView.of(statistics.computeInput()),
                        DurationView.of(statistics.computeInfer()),
                        DurationView.of(statistics.computeOutput()),
                        DurationView.NONE,
                        DurationView.NONE),
                statistics.batches().stream().map(StatisticsView::of).toList());
    }

    private static BatchView of(ServedModel.Batch batch) {
        return new BatchView(
                batch.batchSize(),
                DurationView.of(batch.computeInput()),
                DurationView.of(batch.computeInfer()),
                DurationView.of(batch.computeOutput()));
    }
}
