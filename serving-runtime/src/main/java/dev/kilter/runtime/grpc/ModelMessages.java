package dev.kilter.runtime.grpc;

import dev.kilter.protocol.inference.DataType;
import dev.kilter.protocol.inference.ModelConfig;
import dev.kilter.protocol.inference.ModelConfigResponse;
import dev.kilter.protocol.inference.ModelDynamicBatching;
import dev.kilter.protocol.inference.ModelInput;
import dev.kilter.protocol.inference.ModelInstanceGroup;
import dev.kilter.protocol.inference.ModelMetadataResponse;
import dev.kilter.protocol.inference.ModelMetadataResponse.TensorMetadata;
import dev.kilter.protocol.inference.ModelOutput;
import dev.kilter.protocol.inference.ModelTransactionPolicy;
import dev.kilter.protocol.inference.ModelVersionPolicy;
import dev.kilter.runtime.exchange.ConfigShape;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.serving.VersionPolicy;
import dev.kilter.runtime.tensor.TensorSpec;

/** What the protocol tells of models, as messages. */
final class ModelMessages {

    private ModelMessages() {}

    static ModelMetadataResponse metadata(ServedModel model) {
        return ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addAllVersions(model.versions())
                .setPlatform(model.platform())
                .addAllInputs(model.inputs().stream().map(ModelMessages::tensor).toList())
                .addAllOutputs(
                        model.outputs().stream().map(ModelMessages::tensor).toList())
                .build();
    }

    private static TensorMetadata tensor(TensorSpec spec) {
        return TensorMetadata.newBuilder()
                .setName(spec.name())
                .setDatatype(spec.type().name())
                .addAllShape(spec.shape().dimensions())
                .build();
    }

    static ModelConfigResponse config(ServedModel model) {
        ConfigShape shape = ConfigShape.of(model);
        ModelConfig.Builder config = ModelConfig.newBuilder()
                .setName(model.name())
                .setPlatform(model.platform())
                .setBackend(shape.backend())
                .setMaxBatchSize(shape.maxBatchSize())
                .setVersionPolicy(policy(model.setup().versionPolicy()))
                .addInstanceGroup(ModelInstanceGroup.newBuilder()
                        .setName(model.name() + "_0")
                        .setCount(model.setup().instances())
                        .setKind(ModelInstanceGroup.Kind.valueOf(shape.instanceKind())))
                .setDefaultModelFilename(shape.modelFilename())
                .setDynamicBatching(ModelDynamicBatching.newBuilder()
                        .setMaxQueueDelayMicroseconds(
                                model.setup().maxDelayMicros().orElse(0L)))
                .setModelTransactionPolicy(ModelTransactionPolicy.getDefaultInstance());
        for (ConfigShape.Item input : shape.inputs()) {
            config.addInput(ModelInput.newBuilder()
                    .setName(input.name())
                    .setDataType(DataType.valueOf(input.dataType()))
                    .addAllDims(input.dims()));
        }
        for (ConfigShape.Item output : shape.outputs()) {
            config.addOutput(ModelOutput.newBuilder()
                    .setName(output.name())
                    .setDataType(DataType.valueOf(output.dataType()))
                    .addAllDims(output.dims()));
        }
        return ModelConfigResponse.newBuilder().setConfig(config).build();
    }

    private static ModelVersionPolicy policy(VersionPolicy policy) {
        ModelVersionPolicy.Builder message = ModelVersionPolicy.newBuilder();
        switch (policy) {
            case VersionPolicy.Latest latest ->
                message.setLatest(ModelVersionPolicy.Latest.newBuilder().setNumVersions(latest.versions()));
            case VersionPolicy.All _ -> message.setAll(ModelVersionPolicy.All.getDefaultInstance());
            case VersionPolicy.Specific specific ->
                message.setSpecific(ModelVersionPolicy.Specific.newBuilder().addAllVersions(specific.versions()));
        }
        return message.build();
    }
}
