package dev.kilter.autoscaler.scrape;

import dev.kilter.autoscaler.Reading;
import dev.kilter.autoscaler.dcgm.DcgmPage;
import dev.kilter.autoscaler.dcgm.GpuWatch;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;

/** Asks DCGM exporters for their pages, all at once. */
public final class DcgmScraper implements AutoCloseable {

    /** An exporter that takes longer has not answered. */
    public static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** Some hundred kilobytes for eight GPUs in seven instances each. */
    private static final int MAX_BYTES = 4 << 20;

    private static final String PATH = "/metrics";

    private final Sources sources;

    /** @param timeout of each exporter */
    public DcgmScraper(Duration timeout) {
        this.sources = new Sources(timeout, MAX_BYTES);
    }

    /** Asks all of them and waits until each has answered or is out of time. */
    public Map<GpuWatch.Exporter, Reading<DcgmPage>> read(Collection<GpuWatch.Exporter> exporters) {
        Map<GpuWatch.Exporter, Future<Reading<DcgmPage>>> started = new LinkedHashMap<>();
        for (GpuWatch.Exporter exporter : exporters) {
            started.put(exporter, sources.start(Optional.of(exporter.address()), PATH, DcgmPage::read));
        }
        long deadline = sources.deadline();
        Map<GpuWatch.Exporter, Reading<DcgmPage>> pages = new LinkedHashMap<>();
        started.forEach((exporter, page) -> pages.put(exporter, Sources.await(page, deadline)));
        return pages;
    }

    @Override
    public void close() {
        sources.close();
    }
}
