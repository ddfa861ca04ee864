package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.Json;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever ends a request without an answer into one, in the client's dialect. */
public final class ErrorAnswers implements ServerErrorHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

    private final long maxRequestBytes;

    public ErrorAnswers(long maxRequestBytes) {
        this.maxRequestBytes = maxRequestBytes;
    }

    @Override
    public HttpResponse onServiceException(ServiceRequestContext ctx, Throwable wrapped) {
        Throwable peeled = Exceptions.peel(wrapped);
        Throwable cause = peeled instanceof HttpStatusException && peeled.getCause() != null
                ? peeled.getCause() // As when the announced length alone is too much.
                : peeled;
        if (Exceptions.isStreamCancelling(cause)) {
            return HttpResponse.ofFailure(cause); // Nobody is there to read an answer.
        }
        Problem problem = switch (cause) {
            case ProblemException e -> e.problem();
            case RequestTimeoutException e -> Problem.late();
            case ContentTooLargeException e -> Problem.oversize(maxRequestBytes);
            default -> {
                LOG.error("{} failed", ctx, cause);
                yield Problem.internal();
            }
        };
        Count.as(ctx, problem.verdict());
        return problem.toResponse(Dialect.of(ctx.request().headers()));
    }

    @Override
    public AggregatedHttpResponse onProtocolViolation(
            ServiceConfig config, RequestHeaders headers, HttpStatus status, String description, Throwable cause) {
        String message = switch (cause) {
            case ContentTooLargeException e -> Problem.oversize(maxRequestBytes).message();
            case null, default -> description == null ? status.reasonPhrase() : description;
        };
        return AggregatedHttpResponse.of(
                ResponseHeaders.builder(status).contentType(MediaType.JSON).build(),
                HttpData.ofUtf8(Json.write(Map.of("error", message))));
    }
}
