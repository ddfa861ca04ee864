package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.INFER;
import static dev.kilter.gateway.GatewayFixture.PREDICT;
import static dev.kilter.gateway.GatewayFixture.code;
import static dev.kilter.gateway.GatewayFixture.frame;
import static dev.kilter.gateway.GatewayFixture.framed;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import dev.kilter.protocol.inference.ModelInferRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingRulesTest {

    private static FakePod a;
    private static FakePod b;
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() {
        a = new FakePod("pod-a");
        b = new FakePod("pod-b");
        fixture = new GatewayFixture().routing("a", "b").ready("a", a).ready("b", b);
    }

    @AfterAll
    static void stop() {
        fixture.close();
        a.close();
        b.close();
    }

    @ParameterizedTest(name = "{0} {1} at {2} → {3} {4}")
    @CsvSource(textBlock = """
        GET,  /v2/models/a,                       any,               200, pod-a
        GET,  /v2/models/b/ready,                 any,               200, pod-b
        GET,  /v2/models/b/versions/1/ready,      any,               200, pod-b
        POST, /v2/models/a/infer,                 b.ns.svc,          200, pod-a
        POST, /v2/models/b/versions/3/infer?x=1,  any,               200, pod-b
        GET,  /v2,                                b.ns.svc:80,       200, pod-b
        GET,  /v2/,                               b,                 200, pod-b
        GET,  /v2/models/stats,                   b,                 200, pod-b
        POST, /v2/repository/index,               a.ns.svc,          200, pod-a
        GET,  /v2/health/live,                    any,               200,
        GET,  /v2/health/ready,                   a.ns.svc,          200,
        GET,  /v2/health/ready,                   10.1.2.3:8080,     200,
        GET,  /v2/models/c,                       a,                 404,
        GET,  /v2/models/c/infer,                 a,                 404,
        GET,  /v2/models/,                        a,                 404,
        POST, /v2/repository/models/a/unload,     a,                 404,
        PUT,  /kilter/v1/models/a/operating-point, a,                404,
        GET,  /,                                  a,                 404,
        """)
    void restIsRoutedByThePath(String method, String path, String host, int status, String pod) {
        AggregatedHttpResponse response = fixture.client(SessionProtocol.H1C)
                .execute(RequestHeaders.builder(HttpMethod.valueOf(method), path)
                        .authority(host)
                        .build())
                .aggregate()
                .join();
        assertThat(response.status().code()).isEqualTo(status);
        if (pod != null) {
            assertThat(response.contentUtf8()).isEqualTo(pod);
        }
        if (status == 404) {
            assertThat(response.contentUtf8()).startsWith("{\"error\":\"").contains("expected: ");
        }
    }

    @ParameterizedTest(name = "{0} at {1} → {2} {3}")
    @CsvSource(delimiter = '|', textBlock = """
        {"model": "a", "instances": ["x"]}                    | any      | 200 | pod-a
        {"model": "a", "instances": ["x"]}                    | b.ns.svc | 200 | pod-a
        {"instances": [[1, {"model": "a"}]], "model": "b"}    | any      | 200 | pod-b
        {"instances": ["x"]}                                  | b.ns.svc | 200 | pod-b
        {"model": "", "instances": ["x"]}                     | a        | 200 | pod-a
        {"instances": ["x"]}                                  | any      | 400 | model: missing
        {"model": "c"}                                        | a        | 404 | model: c
        {"model": 7}                                          | any      | 400 | model: not a string
        [1, 2]                                                | any      | 400 | not a JSON object
        {"instances": [                                       | any      | 400 | body:
        nonsense                                              | any      | 400 | body:
        nonsense                                              | a        | 200 | pod-a
        """)
    void predictIsRoutedByTheBodysModelThenByTheHost(String body, String host, int status, String answer) {
        AggregatedHttpResponse response =
                fixture.post("/v1/predict", body, ":authority", host).join();
        assertThat(response.status().code()).isEqualTo(status);
        assertThat(response.contentUtf8()).contains(answer);
    }

    @Test
    void nestingBeyondAnyBoundIsRefusedWhereverItStands() {
        String deep = "{\"instances\":" + "[".repeat(200_000) + "]".repeat(200_000) + ",\"model\":\"a\"}";
        assertThat(fixture.post("/v1/predict", deep).join().status().code()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ModelInfer", "ModelReady", "ModelMetadata", "ModelConfig", "ModelStatistics"})
    void grpcIsRoutedByTheMessageWhichPassesUnchanged(String method) {
        byte[] frame = framed(
                0,
                ModelInferRequest.newBuilder()
                        .setModelName("b")
                        .setId("7")
                        .build()
                        .toByteArray());
        int before = b.received();
        AggregatedHttpResponse response = fixture.grpc(
                        "/inference.GRPCInferenceService/" + method, frame, ":authority", "a.ns.svc")
                .join();
        assertThat(code(response)).isZero();
        assertThat(response.content().array()).isEqualTo(frame);
        assertThat(b.received()).isEqualTo(before + 1);
    }

    @Test
    void predictByGrpcIsRoutedByItsModelOrElseByTheHost() {
        int before = b.received();
        assertThat(code(fixture.grpc(PREDICT, frame("b")).join())).isZero();
        assertThat(code(fixture.grpc(PREDICT, framed(0, new byte[0]), ":authority", "b.ns")
                        .join()))
                .isZero();
        assertThat(b.received()).isEqualTo(before + 2);
        assertThat(code(fixture.grpc(PREDICT, framed(0, new byte[0])).join())).isEqualTo(3);
    }

    @Test
    void aModelNameBehindOtherFieldsIsFound() {
        byte[] message = {
            0x12, 3, 1, 2, 3, 0x18, (byte) 0x96, 1, 0x25, 0, 0, 0, 0, 0x29, 0, 0, 0, 0, 0, 0, 0, 0, 0x0A, 1, 'b'
        };
        int before = b.received();
        assertThat(code(fixture.grpc(INFER, framed(0, message)).join())).isZero();
        assertThat(b.received()).isEqualTo(before + 1);
    }

    @Test
    void aGzippedMessageIsRoutedByItsFrontAndPassesCompressed() throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(new byte[] {0x0A, 1, 'b', 0x12, (byte) 0x80, (byte) 0x80, 0x04});
            out.write(new byte[65_536]);
        }
        byte[] frame = framed(1, zipped.toByteArray());
        int before = b.received();
        AggregatedHttpResponse response =
                fixture.grpc(INFER, frame, "grpc-encoding", "gzip").join();
        assertThat(response.content().array()).isEqualTo(frame);
        assertThat(b.received()).isEqualTo(before + 1);
        assertThat(code(fixture.grpc(INFER, frame, "grpc-encoding", "snappy").join()))
                .isEqualTo(3);
    }

    @Test
    void unknownModelsAndMethodsHaveTheirOwnCodes() {
        AggregatedHttpResponse unknown = fixture.grpc(INFER, frame("c")).join();
        assertThat(code(unknown)).isEqualTo(5);
        assertThat(unknown.headers().get("grpc-message")).contains("model: c (expected: ");
        assertThat(code(fixture.grpc("/inference.GRPCInferenceService/ModelStreamInfer", frame("a"))
                        .join()))
                .isEqualTo(12);
        assertThat(code(fixture.grpc("/x.Y/Z", frame("a")).join())).isEqualTo(12);
    }

    @Test
    void healthIsAnsweredForAllForOneServiceAndForOneModel() {
        String check = "/grpc.health.v1.Health/Check";
        byte[] serving = framed(0, new byte[] {8, 1});
        assertThat(fixture.grpc(check, framed(0, new byte[0])).join().content().array())
                .isEqualTo(serving);
        assertThat(fixture.grpc(check, frame("inference.GRPCInferenceService"))
                        .join()
                        .content()
                        .array())
                .isEqualTo(serving);
        assertThat(fixture.grpc(check, frame("a")).join().content().array()).isEqualTo(serving);
        assertThat(code(fixture.grpc(check, frame("c")).join())).isEqualTo(5);
        assertThat(fixture.grpc("/inference.GRPCInferenceService/ServerReady", framed(0, new byte[0]))
                        .join()
                        .content()
                        .array())
                .isEqualTo(serving);
    }

    @Test
    void malformedFramesAreTheClientsFault() {
        byte[][] malformed = {
            {},
            {0, 0, 0},
            {0, 0, 0, 0, 9, 1},
            {7, 0, 0, 0, 0},
            framed(0, new byte[] {0x0A, 5, 'a'}),
            framed(0, new byte[] {0x0A, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F}),
            framed(0, new byte[] {0x12, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F}),
            framed(0, new byte[] {(byte) 0x80}),
            framed(0, new byte[] {0x0B}),
            framed(0, new byte[] {0x02, 1, 'a'}),
            framed(1, new byte[] {1, 2, 3}),
        };
        for (byte[] frame : malformed) {
            AggregatedHttpResponse response = fixture.grpc(INFER, frame).join();
            assertThat(code(response)).as("%s", response.headers()).isEqualTo(3);
        }
    }

    @Test
    void whatConcernsTheClientsConnectionStaysThereAndTheRestPasses() {
        a.requests().clear();
        WebClient http1 = fixture.client(SessionProtocol.H1C);
        http1.execute(
                        RequestHeaders.builder(HttpMethod.POST, "/v2/models/a/infer?q=1")
                                .authority("a.ns.svc")
                                .add("connection", "keep-alive, x-hop")
                                .add("x-request-id", "r-1")
                                .add("inference-header-content-length", "2")
                                .build(),
                        "{}")
                .aggregate()
                .join();
        RequestHeaders got = a.requests().remove().headers();
        assertThat(got.path()).isEqualTo("/v2/models/a/infer?q=1");
        assertThat(got.authority()).isEqualTo("a.ns.svc");
        assertThat(got.get("x-request-id")).isEqualTo("r-1");
        assertThat(got.get("inference-header-content-length")).isEqualTo("2");
        assertThat(got.contains("connection")).isFalse();
    }
}
