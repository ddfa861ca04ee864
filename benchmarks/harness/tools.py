"""Programs that measure: kilter bench and the bare loop, each held to its core; and the servers' ports."""
import json, os, subprocess, tempfile, time
from servers import ENGINE_CORE, IO_CORE, Edge, Kilter

FLAGS = ["-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]
NO_ROOM, TRIES = 4, 3  # kilter bench's exit code
SELF_TEST = 6          # seconds that it takes before it sends anything
IDLE = 0.05            # of a core


class Tools:
    def __init__(self, root, java, class_path, home, port):
        self.root, self.java, self.class_path, self.home, self.port = root, java, class_path, home, port
        self.folder = tempfile.mkdtemp(prefix="bench-results-")

    def free_port(self, count=1):
        self.port += count
        return self.port - count

    def kilter(self, slo_millis=None, policy=None):
        return Kilter(self.home, self.free_port(), self.java, self.class_path, slo_millis, policy)

    def edge(self, what):
        return Edge(self.home, self.free_port(), self.java, self.class_path, None, what)

    def rival(self, kind):
        return kind(self.home, self.free_port(), self.free_port(2))

    def bench_process(self, servers, protocol, model, *options, output=subprocess.DEVNULL):
        targets = [part for s in servers for part in ("--target", f"{s.name}={s.url(protocol)}")]
        command = ["taskset", "-c", str(IO_CORE), self.java, "-Xmx768m", *FLAGS, f"-Dkilter.root={self.root}", "dev.kilter.cli.Main", "bench",
                   "--model", "m", "--protocol", protocol, "--input", model.requests, "--ceiling", "1", *targets, *options]
        return subprocess.Popen(command, env={**os.environ, "CLASSPATH": self.class_path}, stdout=output, stderr=subprocess.STDOUT if output == subprocess.PIPE else output, text=True)

    def bench(self, servers, protocol, model, *options):
        """The bench's own JSON. Where its generator had no room it reports nothing; that is tried again, then ends the piece."""
        file = os.path.join(self.folder, "bench.json")
        for _ in range(TRIES):
            if os.path.exists(file):
                os.remove(file)
            process = self.bench_process(servers, protocol, model, *options, "--json", file, output=subprocess.PIPE)
            said = process.communicate()[0]
            if os.path.exists(file):
                with open(file) as result:
                    return json.load(result)
            if process.returncode != NO_ROOM:
                break
        raise SystemExit(f"kilter bench {' '.join(options)}: exit code {process.returncode}\n{said[-1500:]}")

    def warm_up(self, server, protocol, model, clients, least, most):
        """Load by so many clients for so many seconds at least, and until the server's compilers have next to nothing to do."""
        process = self.bench_process([server], protocol, model, "--concurrency", str(clients), "--warm-up", "0s", "--duration", "120s")
        try:
            time.sleep(SELF_TEST)
            end = time.monotonic() + most
            least += time.monotonic()
            before, now = 0, server.compiler_seconds()
            while time.monotonic() < least or now - before > IDLE and time.monotonic() < end:
                time.sleep(1)
                before, now = now, server.compiler_seconds()
        finally:
            process.kill()
            process.wait()

    def bare(self, model, sizes, rounds, millis):
        """Lines of the bare loop, one a batch size."""
        file = os.path.join(self.folder, "bare.json")
        subprocess.run(["taskset", "-c", str(ENGINE_CORE), self.java, "-Xmx512m", *FLAGS, "dev.kilter.benchmarks.engine.EngineBenchmark", model.file,
                        "--contenders=bare", "--sizes=" + ",".join(map(str, sizes)), f"--rounds={rounds}", f"--round-millis={millis}",
                        f"--warm-up-millis={millis // 2}", "--threads=1", f"--json={file}"],
                       env={**os.environ, "CLASSPATH": self.class_path, "ORT_DISABLE_TELEMETRY": "1"}, stdout=subprocess.DEVNULL, check=True)
        with open(file) as result:
            return json.load(result)["lines"]
