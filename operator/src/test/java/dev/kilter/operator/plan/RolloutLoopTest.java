package dev.kilter.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.operator.plan.Rollout.Replaced;
import dev.kilter.operator.plan.Rollout.Stage;
import dev.kilter.operator.plan.RolloutLoop.Behaviour;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of good and of bad revisions, in virtual time. */
class RolloutLoopTest {

    private final RolloutLoop loop = new RolloutLoop(1);

    @Test
    void aFirstDeploymentHasNothingToGoBackTo() {
        loop.apply("a", Behaviour.neverReady()).run(3600);
        assertThat(loop.told()).containsExactly("complete a", "overdue a");
        assertThat(loop.share("pool-a")).isEqualTo(100);
    }

    @Test
    void aGoodRevisionTakesOverByStepsOfAMinute() {
        loop.serving("a").apply("b", Behaviour.GOOD).run(20 + 4 * 60 + 40);
        assertThat(loop.told())
                .containsExactly("complete a", "warming b", "b 10", "b 20", "b 40", "b 80", "complete b");
        assertThat(loop.exists("pool-a")).as("drained").isFalse();
    }

    @Test
    void aSlowRevisionGivesItsShareBackAndStaysAsTheRecordOfIt() {
        loop.serving("a").apply("b", Behaviour.GOOD.missing(0.3));
        int took = loop.run(22).runUntil(Stage.RolledBack.class, 600);
        assertThat(took).as("seconds").isLessThanOrEqualTo(30);
        assertThat(loop.share("pool-a")).isEqualTo(100);
        assertThat(loop.share("pool-b")).isZero();
        assertThat(loop.replicas("pool-b")).as("until gateways have let go").isEqualTo(2);
        loop.run(32);
        assertThat(loop.replicas("pool-b")).isZero();
        assertThat(((Stage.RolledBack) loop.stage()).message())
                .matches("revision b was rolled back: at 10 % of the traffic \\d+ of its \\d+ requests missed the"
                        + " objective \\([0-9.]+ %, allowed 2.0 %\\), of the other's \\d+ at the same time \\d+"
                        + " \\([0-9.]+ %\\); revision a serves on. Mend the specification, or delete ServingPool"
                        + " pool-b to try it again");
        loop.run(36_000);
        assertThat(loop.told()).endsWith("rolled back b");
    }

    @Test
    void aFailingRevisionIsToldByItsFailures() {
        loop.serving("a").apply("b", Behaviour.GOOD.failing(0.2)).run(120);
        assertThat(((Stage.RolledBack) loop.stage()).why()).contains("failed").contains("allowed 1.0 %");
    }

    @Test
    void aRevisionThatIsNeverReadyIsRolledBackAtItsDeadlineWithItsLastWords() {
        loop.serving("a").apply("b", Behaviour.neverReady()).run(598);
        assertThat(loop.stage()).isInstanceOf(Stage.Warming.class);
        loop.run(6);
        assertThat(((Stage.RolledBack) loop.stage()).why())
                .isEqualTo("it was not ready within 10m, its progressDeadline: model.onnx: no such file");
        assertThat(loop.replicas("pool-b")).as("it never took a request").isZero();
        assertThat(loop.share("pool-a")).isEqualTo(100);
    }

    @Test
    void thatThereIsNoRoomForBothIsSaid() {
        loop.serving("a").apply("b", Behaviour.neverReady().withoutRoom()).run(604);
        assertThat(((Stage.RolledBack) loop.stage()).why())
                .isEqualTo("there was no room for its pods beside those of revision a within 10m, its progressDeadline:"
                        + " pod b-1 finds no node");
    }

    @Test
    void aFirstRevisionThatIsNotReadyInTimeIsOverdueUntilItIs() {
        loop.apply("a", Behaviour.GOOD.readyAfter(700)).run(598);
        assertThat(loop.stage()).isInstanceOf(Stage.Complete.class);
        loop.run(6);
        assertThat(((Stage.Overdue) loop.stage()).message())
                .isEqualTo("no pod of revision a was ready within 10m, its progressDeadline: model.onnx: no such file."
                        + " It goes on by itself once one is");
        assertThat(loop.share("pool-a")).isEqualTo(100);
        loop.run(100);
        assertThat(loop.stage()).isEqualTo(new Stage.Complete("a", Optional.empty()));
    }

    @Test
    void whatReplacesARevisionThatWasNeverReadyHasItsOwnTime() {
        loop.apply("a", Behaviour.neverReady()).run(604).apply("b", Behaviour.neverReady());
        loop.run(590);
        assertThat(loop.stage()).isInstanceOf(Stage.Complete.class);
        loop.run(20);
        assertThat(loop.stage()).isInstanceOf(Stage.Overdue.class);
    }

    @Test
    void withoutTrafficTimeDecides() {
        loop.serving("a").rate(0).apply("b", Behaviour.GOOD.missing(1)).run(22 + 4 * 180 + 20);
        assertThat(loop.stage()).isInstanceOf(Stage.Complete.class);
    }

    @Test
    void withoutReportsTimeDecides() {
        loop.serving("a").withoutReports().apply("b", Behaviour.GOOD).run(22 + 4 * 180 + 20);
        assertThat(loop.told()).endsWith("b 80", "complete b");
    }

    @Test
    void whatWasReplacedIsToldUntilItIsGoneThoughWhoeverActedOnItNeverDid() {
        loop.serving("a").withoutReports().apply("b", Behaviour.GOOD).run(4);
        loop.runUntil(Stage.Complete.class, 2000);
        Optional<Replaced> replaced = ((Stage.Complete) loop.stage()).replaced();
        assertThat(replaced.orElseThrow().revision()).isEqualTo("a");
        loop.run(20);
        assertThat(loop.stage()).isEqualTo(new Stage.Complete("b", replaced));
        loop.run(20);
        assertThat(loop.stage()).isEqualTo(new Stage.Complete("b", Optional.empty()));
    }

    @Test
    void anotherSpecificationAmidTheTrialBeginsAnewAgainstTheOneThatServes() {
        loop.serving("a").apply("b", Behaviour.GOOD).run(90);
        loop.apply("c", Behaviour.GOOD).run(4);
        assertThat(loop.share("pool-a")).isEqualTo(100);
        assertThat(loop.share("pool-b")).as("drains").isZero();
        loop.run(60);
        assertThat(loop.exists("pool-b")).isFalse();
        assertThat(loop.share("pool-c")).isEqualTo(10);
        assertThat(loop.share("pool-a")).isEqualTo(90);
    }

    @Test
    void theWayBackAmidTheTrialIsTakenAtOnce() {
        loop.serving("a").apply("b", Behaviour.GOOD).run(90);
        loop.apply("a", Behaviour.GOOD).run(2);
        assertThat(loop.stage()).isEqualTo(new Stage.Complete("a", Optional.empty()));
        assertThat(loop.share("pool-a")).isEqualTo(100);
        assertThat(loop.share("pool-b")).isZero();
    }

    @Test
    void aRevisionThatWasOnlyTriedIsTriedAnewWhenItComesBack() {
        loop.serving("a").apply("b", Behaviour.GOOD).run(90);
        loop.apply("a", Behaviour.GOOD).run(4);
        loop.apply("b", Behaviour.GOOD).run(4);
        assertThat(loop.share("pool-b")).isEqualTo(10);
    }

    @Test
    void afterAFailureAnotherSpecificationIsTriedAndTheRecordGoes() {
        loop.serving("a").apply("b", Behaviour.GOOD.missing(0.5)).run(200);
        loop.apply("c", Behaviour.GOOD).run(400);
        assertThat(loop.stage()).isInstanceOf(Stage.Complete.class);
        assertThat(loop.exists("pool-b")).isFalse();
    }

    @Test
    void whoeverDeletesTheRecordHasItTriedAgain() {
        loop.serving("a").apply("b", Behaviour.GOOD.missing(0.5)).run(200);
        loop.apply("b", Behaviour.GOOD).delete("pool-b").run(400);
        assertThat(loop.told()).endsWith("rolled back b", "warming b", "b 10", "b 20", "b 40", "b 80", "complete b");
    }

    @Test
    void oneStallOfTheNewRevisionDoesNotCondemnIt() {
        loop.serving("a").apply("b", Behaviour.GOOD).run(30);
        loop.stall("b").run(4).stallEnds().run(500);
        assertThat(loop.stage()).isInstanceOf(Stage.Complete.class);
    }

    @Test
    void aStallOfAllCondemnsNobody() {
        loop.serving("a").apply("b", Behaviour.GOOD).run(30);
        loop.stallOfAll(0.8).run(600);
        assertThat(loop.told()).doesNotContain("rolled back b");
    }

    @Test
    void badOnlyUnderMoreTrafficIsSeenThere() {
        loop.serving("a").apply("b", Behaviour.GOOD).run(150);
        assertThat(loop.share("pool-b")).isGreaterThanOrEqualTo(20);
        loop.apply("b", Behaviour.GOOD.missing(0.2)).run(60);
        assertThat(loop.stage()).isInstanceOf(Stage.RolledBack.class);
        assertThat(((Stage.RolledBack) loop.stage()).why()).startsWith("at 40 %");
    }

    /** 100 requests a second; one in fifty may miss. */
    @Test
    void revisionsThatAreAlikeAreHardlyEverCondemned() {
        assertThat(condemned(Behaviour.GOOD, Behaviour.GOOD, 20)).isZero();
        Behaviour broken = Behaviour.GOOD.missing(0.1);
        assertThat(condemned(broken, broken, 20)).isZero();
    }

    private static long condemned(Behaviour stable, Behaviour candidate, int seeds) {
        return IntStream.range(0, seeds)
                .parallel()
                .filter(seed -> {
                    RolloutLoop loop = new RolloutLoop(seed).apply("a", stable).run(60);
                    loop.apply("b", candidate).run(20 + 4 * 60 + 40);
                    return loop.stage() instanceof Stage.RolledBack;
                })
                .count();
    }
}
