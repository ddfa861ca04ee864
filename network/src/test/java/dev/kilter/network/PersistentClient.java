package dev.kilter.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.UnprocessedRequestException;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.util.Exceptions;
import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** A client that has not heard that its server leaves: what was not taken, it asks again. */
public final class PersistentClient {

    private PersistentClient() {}

    /**
     * Asks, one request after the other, until nobody listens. Fails if one is neither answered nor refused
     * unprocessed.
     *
     * @param answers counted down by each
     */
    public static CompletableFuture<Void> askUntilNobodyListens(
            Supplier<CompletableFuture<AggregatedHttpResponse>> request, CountDownLatch answers) {
        return request.get()
                .handle((response, failure) -> {
                    if (failure == null) {
                        assertThat(response.status()).as(response.contentUtf8()).isEqualTo(HttpStatus.OK);
                        answers.countDown();
                        return true;
                    }
                    assertThat(Exceptions.peel(failure)).isInstanceOf(UnprocessedRequestException.class);
                    return !(Exceptions.peel(failure).getCause() instanceof ConnectException);
                })
                .thenCompose(again ->
                        again ? askUntilNobodyListens(request, answers) : CompletableFuture.completedFuture(null));
    }
}
