package dev.kilter.runtime.grpc;

import dev.kilter.protocol.inference.InferBatchStatistics;
import dev.kilter.protocol.inference.InferStatistics;
import dev.kilter.protocol.inference.ModelStatistics;
import dev.kilter.protocol.inference.ModelStatisticsResponse;
import dev.kilter.protocol.inference.StatisticDuration;
import dev.kilter.runtime.serving.ServedModel;
import java.util.List;

/** The statistics extension, as messages. */
final class StatisticsMessages {

    private StatisticsMessages() {}

    static ModelStatisticsResponse of(List<ServedModel> models) {
        return ModelStatisticsResponse.newBuilder()
                .addAllModelStats(models.stream().map(StatisticsMessages::model).toList())
                .build();
    }

    private static ModelStatistics model(ServedModel model) {
        ServedModel.Statistics statistics = model.statistics().get();
        return ModelStatistics.newBuilder()
                .setName(model.name())
                .setVersion(model.version())
                .setLastInference(statistics.lastInferenceEpochMillis().orElse(0L))
                .setInferenceCount(statistics.inferenceCount())
                .setExecutionCount(statistics.executionCount())
                .setInferenceStats(InferStatistics.newBuilder()
                        .setSuccess(duration(statistics.success()))
                        .setFail(duration(statistics.fail()))
                        .setQueue(duration(statistics.queue()))
                        .setComputeInput(duration(statistics.computeInput()))
                        .setComputeInfer(duration(statistics.computeInfer()))
                        .setComputeOutput(duration(statistics.computeOutput()))
                        .setCacheHit(StatisticDuration.getDefaultInstance())
                        .setCacheMiss(StatisticDuration.getDefaultInstance()))
                .addAllBatchStats(statistics.batches().stream()
                        .map(StatisticsMessages::batch)
                        .toList())
                .build();
    }

    private static InferBatchStatistics batch(ServedModel.Batch batch) {
        return InferBatchStatistics.newBuilder()
                .setBatchSize(batch.batchSize())
                .setComputeInput(duration(batch.computeInput()))
                .setComputeInfer(duration(batch.computeInfer()))
                .setComputeOutput(duration(batch.computeOutput()))
                .build();
    }

    private static StatisticDuration duration(ServedModel.Timed timed) {
        return StatisticDuration.newBuilder()
                .setCount(timed.count())
                .setNs(timed.nanos())
                .build();
    }
}
