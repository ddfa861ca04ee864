package dev.kilter.runtime.grpc;

import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** One {@code ModelInferRequest} in its encoded form → tensors → models → {@code ModelInferResponse}, encoded. */
final class InferenceHandler {

    private InferenceHandler() {}

    /**
     * What became of a request.
     *
     * @param encoded the answer; null unless it was answered
     */
    record Result<T>(InferenceOutcome outcome, T encoded) {}

    /**
     * Handles one request; its memory is given back when the future completes, which is always normally.
     *
     * @param message into which what can be read of the request is read
     * @param size of the body, about
     * @param body the encoded request, which may have to be inflated first
     * @param encode writes the answer; called before the memory of the request is given back
     */
    static <T> CompletableFuture<Result<T>> infer(
            Exchange exchange,
            InferMessage message,
            int size,
            Supplier<ByteBuf> body,
            Function<InferAnswer, T> encode) {
        return exchange.work(size, () -> decode(exchange, message, body.get()))
                .thenCompose(inputs -> exchange.infer(
                        message.model(),
                        message.version(),
                        inputs,
                        message.outputs(),
                        message.timeoutMicros(),
                        message.priority()))
                .thenCompose(outcome -> encoded(exchange, message, outcome, encode))
                .exceptionally(failure -> new Result<>(exchange.outcomeOf(failure), null))
                .thenApply(result -> {
                    exchange.finish(result.outcome());
                    return result;
                });
    }

    private static List<Tensor> decode(Exchange exchange, InferMessage message, ByteBuf body) {
        message.read(body, exchange::model);
        return message.tensors(exchange.memory());
    }

    private static <T> CompletableFuture<Result<T>> encoded(
            Exchange exchange, InferMessage message, InferenceOutcome outcome, Function<InferAnswer, T> encode) {
        if (!(outcome instanceof InferenceOutcome.Answered answered)) {
            return CompletableFuture.completedFuture(new Result<>(outcome, null));
        }
        InferAnswer answer = new InferAnswer(message.id(), answered, message.isRaw());
        int size = answer.size();
        exchange.holdAnswer(size);
        return exchange.work(size, () -> new Result<>(outcome, encode.apply(answer)));
    }
}
