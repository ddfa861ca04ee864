package dev.kilter.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeastOutstandingTest {

    private static final class FakePod implements Candidate {
        final int index;
        final double weight;
        int outstanding;
        int chosen;

        FakePod(int index, int outstanding, double weight) {
            this.index = index;
            this.outstanding = outstanding;
            this.weight = weight;
        }

        @Override
        public int outstanding() {
            return outstanding;
        }

        @Override
        public double weight() {
            return weight;
        }
    }

    @Test
    void noEligibleCandidateWouldHaveBeenLessLoaded() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            List<FakePod> pods = IntStream.range(0, random.nextInt(1, 12))
                    .mapToObj(i -> new FakePod(i, random.nextInt(20), 0.1 + 10 * random.nextDouble()))
                    .toList();
            int barred = random.nextInt(pods.size() + 1);
            FakePod chosen = LeastOutstanding.choose(pods, p -> p.index != barred, random.nextInt())
                    .orElse(null);
            if (chosen == null) {
                assertThat(pods).hasSize(1);
                continue;
            }
            assertThat(chosen.index).isNotEqualTo(barred);
            double load = (chosen.outstanding + 1) / chosen.weight;
            assertThat(pods)
                    .filteredOn(p -> p.index != barred)
                    .allSatisfy(p -> assertThat((p.outstanding + 1) / p.weight).isGreaterThanOrEqualTo(load));
        }
    }

    @Test
    void noneIsChosenFromNoneAndFromNoneEligible() {
        assertThat(LeastOutstanding.choose(List.<FakePod>of(), p -> true, 3)).isEmpty();
        assertThat(LeastOutstanding.choose(List.of(new FakePod(0, 0, 1)), p -> false, 3))
                .isEmpty();
    }

    @Test
    void equalsTakeTurnsWhateverTheRotationStartsFrom() {
        List<FakePod> pods =
                IntStream.range(0, 3).mapToObj(i -> new FakePod(i, 0, 1)).toList();
        for (int rotation = Integer.MAX_VALUE - 150; rotation != Integer.MIN_VALUE + 149; rotation++) {
            LeastOutstanding.choose(pods, p -> true, rotation).orElseThrow().chosen++;
        }
        assertThat(pods).allSatisfy(p -> assertThat(p.chosen).isBetween(98, 102));
    }

    @Test
    void outstandingRequestsSettleInProportionToTheWeights() {
        List<FakePod> pods = List.of(new FakePod(0, 0, 1), new FakePod(1, 0, 2), new FakePod(2, 0, 3));
        for (int i = 0; i < 600; i++) {
            LeastOutstanding.choose(pods, p -> true, i).orElseThrow().outstanding++;
        }
        assertThat(pods).extracting(p -> p.outstanding).containsExactly(100, 200, 300);
    }

    @Test
    void aPodThreeTimesAsFastGetsAboutThreeTimesTheRequestsUnderLoadWithoutAnyWeight() {
        record Completion(double at, FakePod pod) {}
        List<FakePod> pods = List.of(new FakePod(0, 0, 1), new FakePod(1, 0, 1));
        double[] serviceSeconds = {0.030, 0.010};
        double[] freeAt = new double[2];
        PriorityQueue<Completion> running = new PriorityQueue<>((a, b) -> Double.compare(a.at(), b.at()));
        Random random = new Random(11);
        double now = 0;
        for (int i = 0; i < 20_000; i++) {
            now += -Math.log(1 - random.nextDouble()) / 120; // 120/s of the 133/s that both can carry
            while (!running.isEmpty() && running.peek().at() <= now) {
                running.remove().pod().outstanding--;
            }
            FakePod pod = LeastOutstanding.choose(pods, p -> true, i).orElseThrow();
            pod.outstanding++;
            pod.chosen++;
            freeAt[pod.index] = Math.max(freeAt[pod.index], now) + serviceSeconds[pod.index];
            running.add(new Completion(freeAt[pod.index], pod));
        }
        assertThat((double) pods.get(1).chosen / pods.get(0).chosen).isBetween(2.3, 3.5);
        assertThat(new ArrayList<>(running)).hasSizeLessThan(200);
    }
}
