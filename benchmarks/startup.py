#!/usr/bin/env python3
"""From process start to ready, warm-up of the model included, with and without the start-up cache. By hand, on a quiet machine.

  benchmarks/startup.py image serving-runtime/target/jib-image.tar    an image archive, unpacked and run by its own JVM
  benchmarks/startup.py local                                         ./kilter serve, and a replica as local mode starts it

Rounds of the variants alternate. Needs the example's INT8 model in the local Maven repository (any build puts it there).
"""
import argparse, http.client, json, os, re, shutil, signal, socket, statistics, subprocess, sys, tarfile, tempfile, time

# Seconds between questions whether it is ready. Each is answered by the process that starts, in code that is as cold as all of
# it: asked two hundred times, it would spend a good part of its start on that.
PAUSE = 0.025

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))


def model():
    """URI and digest of the example's INT8 variant."""
    text = open(os.path.join(ROOT, "examples/sentence-embedder.yaml")).read()
    return re.search(r"uri: (maven:\S+-q:\S+)\s+digest: (\S+)", text).groups()


def configuration():
    """As the operator and local mode configure a pod of the example."""
    uri, digest = model()
    only = {"name": "int8", "uri": uri, "digest": digest, "precision": "int8"}
    served = {"name": "minilm", "task": "text-embedding", "variants": [only], "activeVariant": "int8", "maxBatchSize": 16}
    return json.dumps({"models": [served], "engine": {"provider": "CPU", "instances": 1, "threads": 1}})


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/v2/health/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def start(command, environment, port, cores):
    """Seconds from exec to ready, and the CPU seconds that took."""
    log = tempfile.TemporaryFile()
    pin = (lambda: os.sched_setaffinity(0, cores)) if cores else None
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, preexec_fn=pin, start_new_session=True)
    try:
        while not ready(port):
            if process.poll() is not None or time.monotonic() - began > 60:
                log.seek(0)
                sys.exit(f"did not become ready: {command[0]}\n{log.read().decode()[-2000:]}")
            time.sleep(PAUSE)
        took = time.monotonic() - began
        ticks = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
        return took, (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def unpack(archive, folder):
    """An image's files, its entry point and its environment."""
    with tarfile.open(archive) as outer:
        manifest = json.load(outer.extractfile("manifest.json"))[0]
        config = json.load(outer.extractfile(manifest["Config"]))["config"]
        for layer in manifest["Layers"]:
            with tarfile.open(fileobj=outer.extractfile(layer)) as inner:
                inner.extractall(folder, filter="fully_trusted")
    return config["Entrypoint"], dict(v.split("=", 1) for v in config["Env"])


def image_variants(archive, folder):
    entry, environment = unpack(archive, folder)
    java = next(f for d in environment["PATH"].split(":") if os.access(f := f"{folder}{d}/java", os.X_OK))
    line = [java]
    for flag in entry[1:]:
        if flag.startswith("@"):  # a file that holds the class path
            flag = open(folder + flag[1:]).read().strip()
        line.append(re.sub(r"(^|:|=)/app", rf"\1{folder}/app", flag))
    line.append("serve")
    without = [f for f in line if not f.startswith("-XX:AOTCache=")]
    environment["KILTER_MODEL_CACHE"] = folder + "/cache"
    assert len(without) < len(line), "the image has no start-up cache (build it with -Pstartup-cache)"
    return {"image, with the cache": (line, environment), "image, without": (without, environment)}


def local_variants(folder):
    kilter = os.path.join(ROOT, "kilter")
    serve = [kilter, "serve", "--model", model()[0], "--task", "text-embedding", "--name", "minilm", "--port", "{port}"]
    base = {**os.environ, "KILTER_MODEL_CACHE": folder + "/cache"}
    class_path = open(os.path.join(ROOT, "cli/target/kilter.classpath")).read().strip()
    java = os.path.join(os.environ["JAVA_HOME"], "bin/java")
    flags = ["-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
             "--sun-misc-unsafe-memory-access=allow", "-XX:Tier3InvocationThreshold=1000", "-XX:Tier3MinInvocationThreshold=500",
             "-XX:Tier3CompileThreshold=5000", "-XX:Tier4InvocationThreshold=20000", "-XX:Tier4MinInvocationThreshold=4000",
             "-XX:Tier4CompileThreshold=40000", "-XX:Tier4BackEdgeThreshold=120000", "-XX:ActiveProcessorCount=1"]
    replica = {**base, "CLASSPATH": class_path, "ORT_DISABLE_TELEMETRY": "1", "KILTER_LOG_FORMAT": "text"}
    cache = ["-XX:AOTCache=" + os.path.join(ROOT, "cli/target/startup/serving.aot")]
    program = ["dev.kilter.runtime.Main", "serve"]
    return {
        "kilter serve, with the cache": (serve, base),
        "kilter serve, without": (serve, {**base, "KILTER_STARTUP_CACHE": "off"}),
        "local replica, with the cache": ([java, *flags, *cache, *program], replica),
        "local replica, without": ([java, *flags, *program], replica),
    }


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=["image", "local"])
    options.add_argument("archive", nargs="?")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--one-core", action="store_true", help="pin the process to one core, as a pod with cpu: 1 is held")
    chosen = options.parse_args()
    folder = tempfile.mkdtemp(prefix="kilter-startup")
    cores = {max(os.sched_getaffinity(0))} if chosen.one_core else None
    try:
        variants = image_variants(chosen.archive, folder) if chosen.what == "image" else local_variants(folder)
        times = {name: [] for name in variants}
        for round_ in range(chosen.rounds + 1):  # the first fills the model cache and the page cache, and is not counted
            for name, (command, environment) in variants.items():
                port = free_port()
                told = {**environment, "KILTER_RUNTIME_CONFIG": configuration(), "KILTER_PORT": str(port), "KILTER_HOST": "127.0.0.1"}
                took = start([part.replace("{port}", str(port)) for part in command], told, port, cores)
                if round_ > 0:
                    times[name].append(took)
        for name, pairs in times.items():
            wall = sorted(t for t, _ in pairs)
            cpu = statistics.median(c for _, c in pairs)
            print(f"{name:32s} median {statistics.median(wall):5.2f} s  ({wall[0]:.2f} to {wall[-1]:.2f}, {len(wall)} rounds)  CPU {cpu:.2f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
