package dev.kilter.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShareChoiceTest {

    private record Revision(String name, int share, boolean ready) {}

    private static Optional<Revision> choose(List<Revision> revisions, double point) {
        return ShareChoice.choose(revisions, Revision::share, Revision::ready, point);
    }

    @Test
    void eachIsChosenInProportionToItsShare() {
        List<Revision> revisions = List.of(new Revision("old", 90, true), new Revision("new", 10, true));
        long news = IntStream.range(0, 1000)
                .filter(i -> choose(revisions, i / 1000.0).orElseThrow().name().equals("new"))
                .count();
        assertThat(news).isEqualTo(100);
    }

    @Test
    void aRevisionThatIsNotAvailableGivesItsShareToTheOthers() {
        List<Revision> revisions = List.of(new Revision("old", 1, true), new Revision("new", 99, false));
        for (int i = 0; i < 100; i++) {
            assertThat(choose(revisions, i / 100.0)).map(Revision::name).hasValue("old");
        }
    }

    @Test
    void aRevisionWithoutAShareIsNeverChosenEvenIfItIsTheOnlyOneAvailable() {
        assertThat(choose(List.of(new Revision("old", 0, true), new Revision("new", 5, false)), 0.3))
                .isEmpty();
        assertThat(choose(List.of(), 0)).isEmpty();
    }

    @Test
    void somethingIsChosenWheneverSomethingCanBe() {
        Random random = new Random(3);
        for (int round = 0; round < 5_000; round++) {
            List<Revision> revisions = IntStream.range(0, random.nextInt(5))
                    .mapToObj(i -> new Revision("r" + i, random.nextInt(-1, Integer.MAX_VALUE), random.nextBoolean()))
                    .toList();
            boolean possible = revisions.stream().anyMatch(r -> r.ready() && r.share() > 0);
            Optional<Revision> chosen =
                    choose(revisions, random.nextBoolean() ? Math.nextDown(1.0) : random.nextDouble());
            assertThat(chosen.isPresent()).isEqualTo(possible);
            chosen.ifPresent(r -> assertThat(r.ready() && r.share() > 0).isTrue());
        }
    }

    @Test
    void aPointOutsideTheUnitIntervalIsRefused() {
        assertThatThrownBy(() -> choose(List.of(), 1)).hasMessage("point: 1.0 (expected: 0 <= point < 1)");
        assertThatThrownBy(() -> choose(List.of(), Double.NaN)).hasMessageContaining("NaN");
    }
}
