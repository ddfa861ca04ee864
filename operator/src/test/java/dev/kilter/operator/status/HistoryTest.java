package dev.kilter.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.InferenceDeploymentStatus;
import dev.kilter.api.v1alpha1.InferenceDeploymentStatus.Event;
import dev.kilter.operator.plan.Rollout.Replaced;
import dev.kilter.operator.plan.Rollout.Stage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Event A_TO_B =
            new Event("2026-01-01T12:00:00Z", "Rollout", null, "a", "b", "it took over all of the traffic");

    @Test
    void aTakeOverIsToldOnceThoughItIsReadAgainAndEvenWithALaterTime() {
        List<Event> once = after(List.of(), complete("b", "a", NOON));
        assertThat(once).containsExactly(A_TO_B);
        assertThat(after(once, complete("b", "a", NOON))).isEqualTo(once);
        assertThat(after(once, complete("b", "a", NOON.plusSeconds(2)))).isEqualTo(once);
    }

    @Test
    void theSameTakeOverIsNewsAfterTheWayBack() {
        List<Event> back = after(List.of(A_TO_B), complete("a", "b", NOON.plusSeconds(60)));
        assertThat(back).extracting(Event::to).containsExactly("b", "a");
        assertThat(after(back, complete("b", "a", NOON.plusSeconds(120))))
                .extracting(Event::to)
                .containsExactly("b", "a", "b");
    }

    private static Stage complete(String revision, String replaced, Instant at) {
        return new Stage.Complete(revision, Optional.of(new Replaced(replaced, at)));
    }

    private static List<Event> after(List<Event> before, Stage stage) {
        InferenceDeploymentStatus status =
                new InferenceDeploymentStatus(1L, null, null, null, null, null, List.of(), before);
        return History.of(status, null, Optional.empty(), Optional.of(stage), Optional.empty(), NOON);
    }
}
