package dev.kilter.runtime.server;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** The registry as Prometheus text, or OpenMetrics where the scraper asks for it. */
final class MetricsService extends AbstractHttpService {

    private final CollectorRegistry registry;

    MetricsService(CollectorRegistry registry) {
        this.registry = registry;
    }

    @Override
    protected HttpResponse doGet(ServiceRequestContext ctx, HttpRequest request) {
        // Collecting takes milliseconds, which the requests on the event loop would wait.
        return HttpResponse.of(() -> text(request), ctx.blockingTaskExecutor());
    }

    private HttpResponse text(HttpRequest request) {
        String format = TextFormat.chooseContentType(request.headers().get(HttpHeaderNames.ACCEPT));
        StringWriter text = new StringWriter();
        try {
            TextFormat.writeFormat(format, text, registry.metricFamilySamples());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HttpResponse.of(HttpStatus.OK, MediaType.parse(format), text.toString());
    }
}
