package dev.kilter.runtime.grpc;

import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/** Lets single methods of the service take and give messages in their encoded form, which are read and written here. */
final class EncodedMessages implements MethodDescriptor.Marshaller<byte[]> {

    private EncodedMessages() {}

    /** The service with these methods in place of its own, by their full names. */
    static ServerServiceDefinition define(
            ServerServiceDefinition service, Map<String, ServerCallHandler<byte[], byte[]>> encoded) {
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(GRPCInferenceServiceGrpc.SERVICE_NAME)
                .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
        Map<String, ServerMethodDefinition<byte[], byte[]>> replaced = new HashMap<>();
        for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
            MethodDescriptor<?, ?> own = method.getMethodDescriptor();
            ServerCallHandler<byte[], byte[]> handler = encoded.get(own.getFullMethodName());
            if (handler == null) {
                descriptor.addMethod(own);
            } else {
                MethodDescriptor<byte[], byte[]> bytes = own.toBuilder(new EncodedMessages(), new EncodedMessages())
                        .build();
                descriptor.addMethod(bytes);
                replaced.put(own.getFullMethodName(), ServerMethodDefinition.create(bytes, handler));
            }
        }
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(descriptor.build());
        for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
            ServerMethodDefinition<byte[], byte[]> other =
                    replaced.get(method.getMethodDescriptor().getFullMethodName());
            if (other == null) {
                definition.addMethod(method);
            } else {
                definition.addMethod(other);
            }
        }
        return definition.build();
    }

    @Override
    public InputStream stream(byte[] message) {
        return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream message) {
        try {
            return message.readAllBytes();
        } catch (IOException e) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("body: " + e.getMessage())
                    .withCause(e)
                    .asRuntimeException();
        }
    }
}
