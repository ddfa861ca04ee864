package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.RouteTable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pods come, go and die while requests never pause. */
class UnderLoadTest {

    @Test
    void nothingIsDroppedWhilePodsComeAndGo() throws InterruptedException {
        try (GatewayFixture fixture =
                new GatewayFixture(GatewayFixture.config(Duration.ofSeconds(5), 64)).routing("m")) {
            FakePod serving = new FakePod("0").taking(Duration.ofMillis(3));
            fixture.ready("m", serving);
            Callers callers = new Callers(fixture, 8);
            try (callers) {
                for (int i = 1; i <= 6; i++) {
                    FakePod next = new FakePod("" + i).taking(Duration.ofMillis(3));
                    fixture.ready("m", serving, next);
                    eventually(() -> next.received() > 20);
                    fixture.ready("m", next);
                    serving.close(); // As a pod whose gateways have let go: in flight requests finish.
                    serving = next;
                }
                fixture.ready("m"); // For a moment nobody is ready: requests wait.
                Thread.sleep(200);
                fixture.ready("m", serving);
                int before = callers.good();
                eventually(() -> callers.good() > before + 50);
            }
            assertThat(callers.bad()).isEmpty();
            eventually(() -> fixture.load("m").answered() == callers.good());
            assertThat(fixture.load("m").failed() + fixture.load("m").refused()).isZero();
            serving.close();
        }
    }

    @Test
    void onlyWhatRunsInAKilledPodFailsAndIsCountedSo() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod dying = new FakePod("dying").taking(Duration.ofMillis(20));
                FakePod staying = new FakePod("staying").taking(Duration.ofMillis(20))) {
            fixture.ready("m", dying, staying);
            Callers callers = new Callers(fixture, 8);
            try (callers) {
                eventually(() -> dying.received() > 20 && staying.received() > 20);
                dying.kill(); // Still listed: only the next update will take it out.
                int before = callers.good();
                eventually(() -> callers.good() > before + 100);
            }
            assertThat(callers.bad()).hasSizeLessThanOrEqualTo(8);
            eventually(() -> fixture.load("m").answered() == callers.good()
                    && fixture.load("m").failed() == callers.bad().size());
            GatewayLoad.Model load = fixture.load("m");
            assertThat(load.offered()).isEqualTo(load.answered() + load.failed());
        }
    }

    @Test
    void aPodThreeTimesAsFastGetsAboutThreeTimesTheRequests() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod slow = new FakePod("slow").taking(Duration.ofMillis(30)).oneAtATime();
                FakePod fast = new FakePod("fast").taking(Duration.ofMillis(10)).oneAtATime()) {
            fixture.ready("m", slow, fast);
            try (Callers callers = new Callers(fixture, 12)) {
                eventually(() -> callers.good() > 300);
            }
            assertThat((double) fast.received() / slow.received()).isBetween(1.8, 5.0);
        }
    }

    @Test
    void aPoolPlannedAtThreeTimesTheWeightIsSentAboutThreeTimesTheRequests() throws InterruptedException {
        try (GatewayFixture fixture = new GatewayFixture();
                FakePod light = new FakePod("light").taking(Duration.ofMillis(100));
                FakePod heavy = new FakePod("heavy").taking(Duration.ofMillis(100))) {
            fixture.routes.publish(new RouteTable(List.of(new RouteTable.Model(
                    "m",
                    100,
                    List.of(new RouteTable.Revision(
                            "1", 100, List.of(new RouteTable.Pool("l", 100), new RouteTable.Pool("h", 300))))))));
            fixture.ready("l", light).ready("h", heavy);
            // Many callers: with few outstanding, the one request more tips the balance to the heavier pool.
            try (Callers callers = new Callers(fixture, 40)) {
                eventually(() -> callers.good() > 600);
            }
            assertThat((double) heavy.received() / light.received()).isBetween(2.0, 4.5);
        }
    }
}
