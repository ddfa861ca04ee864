package dev.kilter.cli.local;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What was decided and what happened, oldest first; each is also told to a listener at once. */
public final class Notices {

    private static final int KEPT = 200;

    private final InstantSource clock;
    private final Consumer<Notice> listener;
    private final List<Notice> notices = new ArrayList<>();

    public Notices(InstantSource clock, Consumer<Notice> listener) {
        this.clock = clock;
        this.listener = listener;
    }

    /** Keeps and tells it, unless that part said just the same last. */
    public void add(String who, String text) {
        Notice notice = new Notice(clock.instant(), who, text);
        synchronized (this) {
            boolean repeated = notices.reversed().stream()
                    .filter(earlier -> earlier.who().equals(who))
                    .findFirst()
                    .filter(earlier -> earlier.text().equals(text))
                    .isPresent();
            if (repeated) {
                return;
            }
            notices.add(notice);
            if (notices.size() > KEPT) {
                notices.removeFirst();
            }
        }
        listener.accept(notice);
    }

    /** All that are kept. */
    public synchronized List<Notice> all() {
        return List.copyOf(notices);
    }
}
