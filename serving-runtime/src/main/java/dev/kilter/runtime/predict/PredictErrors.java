package dev.kilter.runtime.predict;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.annotation.Nullable;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import io.grpc.Metadata;
import io.grpc.Status;

/** Errors of the predict method by gRPC from before it is called. */
public final class PredictErrors implements GrpcExceptionHandlerFunction {

    @Override
    public @Nullable Status apply(RequestContext ctx, Status status, Throwable cause, Metadata metadata) {
        return switch (cause) {
            case InvalidProtocolBufferException notAMessage ->
                Status.INVALID_ARGUMENT.withDescription("body: " + notAMessage.getMessage());
            default -> null;
        };
    }
}
