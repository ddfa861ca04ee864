package dev.kilter.runtime.grpc;

import dev.kilter.protocol.inference.RepositoryIndexResponse;
import dev.kilter.runtime.exchange.ModelState;
import dev.kilter.runtime.exchange.Rejection;
import dev.kilter.runtime.serving.ModelServer.ControlOutcome;
import dev.kilter.runtime.serving.RepositoryEntry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The model repository extension, as messages and statuses. */
final class RepositoryMessages {

    private RepositoryMessages() {}

    /** There is one repository, and it has no name. */
    static void checkRepository(String name) {
        if (!name.isEmpty()) {
            throw Rejection.invalid("repository_name", name, "left out: this server has one repository");
        }
    }

    static RepositoryIndexResponse index(List<RepositoryEntry> entries, boolean readyOnly) {
        RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
        for (RepositoryEntry entry : entries) {
            ModelState state = ModelState.of(entry.state());
            if (state.ready() || !readyOnly) {
                index.addModels(RepositoryIndexResponse.ModelIndex.newBuilder()
                        .setName(entry.name())
                        .setVersion(entry.version().orElse(""))
                        .setState(state.name())
                        .setReason(state.reason()));
            }
        }
        return index.build();
    }

    /** Answers the caller with that message, or with what went wrong. */
    static <T> void answer(StreamObserver<T> caller, T done, ControlOutcome outcome) {
        switch (outcome) {
            case ControlOutcome.Done _ -> {
                caller.onNext(done);
                caller.onCompleted();
            }
            case ControlOutcome.Off off -> caller.onError(status(Status.UNIMPLEMENTED, off.message()));
            case ControlOutcome.NotFound notFound -> caller.onError(status(Status.NOT_FOUND, notFound.message()));
            case ControlOutcome.Failed failed -> caller.onError(status(Status.FAILED_PRECONDITION, failed.message()));
            case ControlOutcome.Unavailable unavailable ->
                caller.onError(status(Status.UNAVAILABLE, unavailable.message()));
        }
    }

    private static StatusRuntimeException status(Status status, String message) {
        return status.withDescription(message).asRuntimeException();
    }
}
