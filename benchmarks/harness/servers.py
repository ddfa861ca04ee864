"""Ours and the rivals: how each is started, what of it is the engine, and how it is stopped."""
import glob, http.client, json, os, re, shutil, signal, subprocess, tempfile, time

BENCHMARKS = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
RIVALS = os.path.join(BENCHMARKS, "rivals")
ENGINE_CORE, IO_CORE = 0, 1
START_SECONDS = 60


class Model:
    """A model file, a file of requests for it with their inputs, and the largest batch that servers may make of them."""

    def __init__(self, name, file, requests, inputs, max_batch=32):
        self.name, self.file, self.requests, self.inputs, self.max_batch = name, file, requests, inputs, max_batch


class Server:
    """One server process with its children. Protocols: those that it speaks, to the port of each."""

    name = None
    protocols = {}
    compiles = False  # while it runs, so that its first thousands of requests are slow

    def __init__(self, home, http_port, grpc_port):
        self.home, self.http_port, self.grpc_port = home, http_port, grpc_port
        self.process = self.folder = None

    def command(self, model):
        raise NotImplementedError

    def environment(self, model):
        return {}

    def is_engine(self, command, thread):
        """Whether the thread of that name in a process of that command runs the model."""
        raise NotImplementedError

    def url(self, protocol):
        return f"http://127.0.0.1:{self.grpc_port if protocol == 'grpc' else self.http_port}"

    def start(self, model):
        self.folder = tempfile.mkdtemp(prefix=f"bench-{self.name}-")
        told = {**os.environ, "BENCH_MODEL_FILE": model.file, "BENCH_MODEL_NAME": "m", "BENCH_RIVALS": RIVALS,
                "BENCH_HTTP_PORT": str(self.http_port), "BENCH_MAX_BATCH": str(model.max_batch), "OMP_NUM_THREADS": "1",
                "ORT_DISABLE_TELEMETRY": "1", **self.environment(model)}
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.command(model), env=told, cwd=self.folder, stdout=log, stderr=log, start_new_session=True)
        self.wait(model)

    def wait(self, model):
        """Until it answers a request. mosec has no readiness, so all are asked for the real thing."""
        body = json.dumps({"inputs": model.inputs[0]})
        end = time.monotonic() + START_SECONDS
        said = "nothing"
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=5)
                connection.request("POST", "/v2/models/m/infer", body, {"content-type": "application/json"})
                answer = connection.getresponse()
                said = f"{answer.status} {answer.read()[:300]}"
                if answer.status == 200:
                    return
            except OSError as e:
                said = e
            time.sleep(0.2)
        text = open(self.log, errors="replace").read()[-2000:]
        self.stop()
        raise SystemExit(f"{self.name} did not answer: {said}\n{text}")

    def pin(self):
        """Threads that run the model to one core, all others to the other; a collector of garbage to both."""
        for pid in tree(self.process.pid):
            try:
                command = open(f"/proc/{pid}/cmdline").read().replace("\0", " ")
                for task in os.listdir(f"/proc/{pid}/task"):
                    thread = open(f"/proc/{pid}/task/{task}/comm").read().strip()
                    os.sched_setaffinity(int(task), self.cores(command, thread))
            except (FileNotFoundError, ProcessLookupError):
                pass  # it ended meanwhile

    def cores(self, command, thread):
        if self.is_collector(thread):
            return {ENGINE_CORE, IO_CORE}
        return {ENGINE_CORE if self.is_engine(command, thread) else IO_CORE}

    def is_collector(self, thread):
        """Whether the thread stops all others to collect garbage: it may run where there is room, as on a machine without pins."""
        return False

    def compiler_seconds(self):
        """Processor time that its just-in-time compilers have used."""
        used = 0
        for task in glob.glob(f"/proc/{self.process.pid}/task/*/stat"):
            name, rest = open(task).read().rsplit(")", 1)
            if "CompilerThre" in name:
                used += sum(map(int, rest.split()[11:13]))
        return used / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self):
        def of(pid):
            found = re.search(r"VmRSS:\s+(\d+) kB", open(f"/proc/{pid}/status").read())
            return int(found.group(1)) * 1024 if found else 0
        return sum(of(pid) for pid in tree(self.process.pid))

    def stop(self):
        """At once: nobody waits for an answer any more."""
        for pid in tree(self.process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def tree(pid):
    """The process and its descendants."""
    try:
        children = open(f"/proc/{pid}/task/{pid}/children").read().split()
    except FileNotFoundError:
        return []
    return [pid] + [p for child in children for p in tree(int(child))]


class Kilter(Server):
    """The serving runtime as local mode starts a replica."""

    name = "kilter"
    protocols = {"binary", "grpc", "rest"}
    compiles = True

    def __init__(self, home, http_port, java, class_path, slo_millis=None, policy=None):
        super().__init__(home, http_port, http_port)
        self.java, self.class_path, self.slo_millis, self.policy = java, class_path, slo_millis, policy
        self.name = policy or "kilter"

    def command(self, model):
        return [self.java, "-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", *os.environ.get("BENCH_KILTER_OPTS", "").split(), "dev.kilter.runtime.Main", "serve"]

    def environment(self, model):
        served = {"name": "m", "task": "tensor", "activeVariant": "v", "maxBatchSize": model.max_batch,
                  "variants": [{"name": "v", "uri": "file:" + model.file, "precision": "fp32"}]}
        if self.slo_millis:
            served["sloMillis"] = self.slo_millis
        told = {"CLASSPATH": self.class_path, "KILTER_LOG_FORMAT": "text", "KILTER_PORT": str(self.http_port), "KILTER_HOST": "127.0.0.1",
                "KILTER_RUNTIME_CONFIG": json.dumps({"models": [served], "engine": {"provider": "CPU", "instances": 1, "threads": 1}})}
        return {**told, "KILTER_BATCH_POLICY": self.policy} if self.policy else told

    def is_engine(self, command, thread):
        return thread.startswith("engine-")

    def is_collector(self, thread):
        return thread == "VM Thread"  # the serial collector's


class Edge(Kilter):
    """The runtime's edge before an echo, or before admission, queue, batcher and a model of no time."""

    def command(self, model):
        return [self.java, "-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "dev.kilter.benchmarks.edge.EdgeServer", self.policy, str(self.http_port)]


class Rival(Server):
    def python(self):
        return os.path.join(self.home, self.name, "bin", "python")


class FastApi(Rival):
    """One process and one thread for all, so all of it is on the engine's core."""

    name = "fastapi"
    protocols = {"binary", "rest"}

    def command(self, model):
        return [self.python(), os.path.join(RIVALS, "fastapi", "server.py")]

    def is_engine(self, command, thread):
        return True


class Mosec(Rival):
    name = "mosec"
    protocols = {"binary", "rest"}

    def command(self, model):
        return [self.python(), os.path.join(RIVALS, "mosec", "server.py"), "--address", "127.0.0.1", "--port", str(self.http_port),
                "--timeout", "30000", "--log-level", "warning"]

    def environment(self, model):
        return {"PATH": os.path.join(self.home, self.name, "bin") + ":" + os.environ["PATH"]}

    def is_engine(self, command, thread):
        return "spawn_main" in command


class MlServer(Rival):
    name = "mlserver"
    protocols = {"grpc", "rest"}

    def command(self, model):
        folder = os.path.join(self.folder, "m")
        os.mkdir(folder)
        shutil.copy(os.path.join(RIVALS, "mlserver", "model.py"), folder)
        write(os.path.join(self.folder, "settings.json"), {
            "host": "127.0.0.1", "http_port": self.http_port, "grpc_port": self.grpc_port, "metrics_port": self.grpc_port + 1,
            "debug": False, "parallel_workers": 1})
        write(os.path.join(folder, "model-settings.json"), {
            "name": "m", "implementation": "model.Onnx", "max_batch_size": model.max_batch, "max_batch_time": 0.001})
        return [os.path.join(self.home, self.name, "bin", "mlserver"), "start", self.folder]

    def environment(self, model):
        return {"PYTHONPATH": RIVALS + ":" + os.path.join(self.folder, "m")}

    def is_engine(self, command, thread):
        return "spawn_main" in command


class Triton(Rival):
    """The server of nvidia-pytriton's wheel, which has the Python backend alone."""

    name = "triton"
    protocols = {"binary", "grpc", "rest"}

    def command(self, model):
        packages = glob.glob(os.path.join(self.home, self.name, "lib", "python3.*", "site-packages"))[0]
        version = re.search(r"python(3\.\d+)", packages).group(1)
        server = os.path.join(packages, "pytriton", "tritonserver")
        backend = os.path.join(self.folder, "backends", "python")
        os.makedirs(backend)
        for file in os.listdir(os.path.join(server, "backends", "python")):
            os.symlink(os.path.join(server, "backends", "python", file), os.path.join(backend, file))
        stub = "triton_python_backend_stub"
        os.symlink(os.path.join(server, "python_backend_stubs", version, stub), os.path.join(backend, stub))
        os.makedirs(os.path.join(self.folder, "models", "m", "1"))
        shutil.copy(os.path.join(RIVALS, "triton", "model.py"), os.path.join(self.folder, "models", "m", "1"))
        describe = subprocess.run([self.python(), "-c", "import json, onnx_model; print(json.dumps(onnx_model.Model().metadata('m')))"],
                                  env={**os.environ, "PYTHONPATH": RIVALS, "BENCH_MODEL_FILE": model.file}, stdout=subprocess.PIPE, check=True)
        write(os.path.join(self.folder, "models", "m", "config.pbtxt"), triton_config(json.loads(describe.stdout), model.max_batch))
        return [os.path.join(server, "bin", "tritonserver"), "--model-repository", os.path.join(self.folder, "models"),
                "--backend-directory", os.path.join(self.folder, "backends"), "--http-address", "127.0.0.1", "--http-port", str(self.http_port),
                "--grpc-address", "127.0.0.1", "--grpc-port", str(self.grpc_port), "--allow-metrics=false", "--log-info=false"]

    def environment(self, model):
        packages = glob.glob(os.path.join(self.home, self.name, "lib", "python3.*", "site-packages"))[0]
        return {"PYTHONPATH": packages, "PATH": os.path.join(self.home, self.name, "bin") + ":" + os.environ["PATH"]}

    def is_engine(self, command, thread):
        return "python_backend_stub" in command


def triton_config(metadata, max_batch):
    def tensors(specs):
        return ", ".join('{ name: "%s" data_type: TYPE_%s dims: %s }' % (s["name"], s["datatype"], s["shape"][1:]) for s in specs)
    return (f'backend: "python"\nmax_batch_size: {max_batch}\ninput [ {tensors(metadata["inputs"])} ]\noutput [ {tensors(metadata["outputs"])} ]\n'
            "dynamic_batching { }\ninstance_group [ { count: 1 kind: KIND_CPU } ]\n")


def write(path, content):
    with open(path, "w") as file:
        file.write(content if isinstance(content, str) else json.dumps(content))
