"""The pieces: each starts its servers, measures in interleaved rounds, and says what was asked and what was found."""
import http.client, json, os, re, signal, threading, time
from contextlib import contextmanager
from figures import Spread, claim, lower_bound, ratios, section
from servers import Edge, FastApi, Kilter, MlServer, Mosec, Triton

BATCHES = [1, 2, 4, 8, 16, 32]
SLO_MILLIS = 50


class Bars:
    """What all pieces need: how to start servers, the bench and the bare loop."""

    def __init__(self, tools, models, quick, rounds, minutes):
        self.tools, self.models, self.quick = tools, models, quick
        self.rounds = rounds or (1 if quick else 5)
        self.minutes = minutes
        self.pause = 1 if quick else 4

    def pieces(self):
        """By name; those of one bar share what stands before the dot."""
        return {
            "latency.binary": lambda: self.latency("binary", [FastApi, Triton, Mosec]),
            "latency.grpc": lambda: self.latency("grpc", [Triton, MlServer]),
            "saturated.minilm": lambda: self.saturated("minilm", 0.95),
            "saturated.cnn": lambda: self.saturated("cnn", 0.90),
            "null.binary": lambda: self.null("binary"),
            "null.grpc": lambda: self.null("grpc"),
            "overload": self.overload,
            "overload-rivals": self.overload_of_rivals,
            "policies": self.policies,
            "soak": self.soak,
        }

    @contextmanager
    def serving(self, servers, model, protocol, clients=(64,)):
        """The servers, started, warm and pinned."""
        started = []
        try:
            for server in servers:
                started.append(server)
                server.start(model)
            for server in servers:
                for many in clients if server.compiles else ():
                    self.tools.warm_up(server, protocol, model, many, *((1, 2) if self.quick else (5, 30)))
            for server in servers:
                server.pin()
            yield servers
        finally:
            for server in started:
                if server.process:
                    server.stop()

    def closed(self, servers, protocol, model, clients, seconds):
        """Runs by server's name, one a round."""
        told = self.tools.bench(servers, protocol, model, "--concurrency", str(clients), "--rounds", str(self.rounds),
                                "--warm-up", "0.5s", "--duration", f"{0.5 if self.quick else seconds}s")
        return {target["name"]: target["runs"] for target in told["targets"]}

    # Bar 2: what a server adds to the bare loop.
    def latency(self, protocol, rivals):
        model = self.models["linear"]
        servers = [self.tools.kilter()] + [self.tools.rival(r) for r in rivals]
        bare = lambda: self.tools.bare(model, [1], self.rounds, 200 if self.quick else 400)[0]
        with self.serving(servers, model, protocol, (32, 1)):
            before = bare()
            one = self.closed(servers, protocol, model, 1, 2)
            many = self.closed(servers, protocol, model, 32, 2)
            after = bare()
        base50 = min(before["p50Micros"]["median"], after["p50Micros"]["median"])
        added = {q: {n: Spread([r["latencyMillis"][q] - base50 / 1e3 for r in runs]) for n, runs in one.items()} for q in ("p50", "p99")}
        rate = lambda runs, n: Spread([r["answeredPerSecond"] for r in runs[n]])
        rows = [[n, added["p50"][n].text(3), added["p99"][n].text(3), rate(one, n).text(), rate(many, n).text(),
                 Spread([r["latencyMillis"]["p99"] for r in many[n]]).text(2)] for n in one]
        ours50, ours99 = added["p50"]["kilter"].median, added["p99"]["kilter"].median
        claims = [claim("added p50 ≤ 0.3 ms at concurrency 1", f"{ours50:.3f} ms", ours50 <= 0.3),
                  claim("added p99 ≤ 1 ms", f"{ours99:.3f} ms", ours99 <= 1)]
        for name, share in (("fastapi", 1 / 3), ("triton", 1)):
            if name in one:
                theirs = added["p50"][name].median
                claims.append(claim(f"added p50 ≤ {share:.2f} of {name}'s", f"{ours50 / theirs:.2f}", ours50 <= share * theirs))
        for clients, runs in ((1, one), (32, many)):
            ratio = ratios(*[rate(runs, n).figures for n in ("kilter", "triton")])
            claims.append(claim(f"requests a second ≥ Triton's at concurrency {clients}", f"{ratio.text(2)} times", ratio.median >= 1))
        return section(f"Added latency and requests a second, {protocol}",
                       f"Model of one layer, its bare loop {base50:.1f} µs at p50; closed loops of 1 and 32 clients, {self.rounds} interleaved rounds.",
                       ["Server", "added p50, ms", "added p99, ms", "answers/s, 1 client", "answers/s, 32 clients", "p99 ms, 32 clients"],
                       rows, claims, {"bare": [before, after], "one": strip(one), "many": strip(many)})

    # Bar 1: saturated, against the bare loop at its best batch size.
    def saturated(self, name, asked):
        model = self.models[name]
        servers = [self.tools.kilter()] + [self.tools.rival(r) for r in (Triton, Mosec, FastApi)]
        bare, found = [], {s.name: [] for s in servers}
        with self.serving(servers, model, "binary"):
            for _ in range(self.rounds):
                bare.append(self.tools.bare(model, BATCHES, 1, 100 if self.quick else 400))
                told = self.tools.bench(servers, "binary", model, "--concurrency", "64", "--rounds", "1", "--warm-up", "1s",
                                        "--duration", "1s" if self.quick else "10s")
                for target in told["targets"]:
                    found[target["name"]] += target["runs"]
        by_size = {b: Spread([line["itemsPerSecond"]["median"] for lines in bare for line in lines if line["batch"] == b]) for b in BATCHES}
        best = max(BATCHES, key=lambda b: by_size[b].median)
        limit = by_size[best]
        rows = [[f"bare loop, batches of {b}", s.text(1), ""] for b, s in by_size.items()]
        shares = {n: ratios([r["answeredPerSecond"] for r in runs], limit.figures) for n, runs in found.items()}
        rows += [[n, Spread([r["answeredPerSecond"] for r in runs]).text(1), shares[n].text(3)] for n, runs in found.items()]
        item = 1e3 / by_size[1].median
        return section(f"Saturated throughput, {name}", f"An item takes the bare loop {item:.2f} ms; 64 clients in a closed loop, {self.rounds} interleaved rounds.",
                       ["", "items/s", f"of the bare loop at {best}"], rows,
                       [claim(f"≥ {asked} of the best bare loop", shares["kilter"].text(3), shares["kilter"].median >= asked)],
                       {"bare": bare, "runs": strip(found)})

    # Bar 3: admission, queue and batcher beside an echo with the same edge.
    def null(self, protocol):
        model = self.models["null"]
        servers = [self.tools.edge("echo"), self.tools.edge("null")]
        rows, claims, raw = [], [], {}
        with self.serving(servers, model, protocol, (32,)):
            for clients in (32, 1):
                runs = self.closed(servers, protocol, model, clients, 2)
                echo, null = ([r["answeredPerSecond"] for r in runs[n]] for n in ("echo", "null"))
                ratio = ratios(null, echo)
                rows.append([str(clients), Spread(echo).text(), Spread(null).text(), ratio.text(2)])
                raw[str(clients)] = strip(runs)
                if clients > 1:
                    claims.append(claim("≥ 0.8 of the echo", ratio.text(2), ratio.median >= 0.8))
        return section(f"A null model beside an echo, {protocol}", f"256 floats there and back; closed loops, {self.rounds} interleaved rounds.",
                       ["Clients", "echo/s", "null model/s", "ratio"], rows, claims, raw)

    def capacity(self, model):
        """Items a second of the bare loop at its best batch size: no server has more, and none decides what counts as overload."""
        lines = self.tools.bare(model, BATCHES, 1, 100 if self.quick else 400)
        return max(line["itemsPerSecond"]["median"] for line in lines)

    def offered(self, server, protocol, model, rate, seconds):
        """One open loop against the objective: offered, in time, late, refused, lost; a second each."""
        told = self.tools.bench([server], protocol, model, "--rate", f"{rate:.1f}", "--slo", f"p99<={SLO_MILLIS}ms", "--full",
                                "--rounds", "1", "--warm-up", "1s", "--duration", f"{seconds}s", "--timeout", "2s")
        run = told["targets"][0]["runs"][0]
        lost = run["failed"] + run["timedOut"] + run["notSent"]
        late = max(0, run["breaches"] - run["refused"] - lost)
        return {"rate": rate, "offered": run["judged"] / run["seconds"], "inTime": (run["judged"] - run["breaches"]) / run["seconds"],
                "late": late, "lost": lost, "refused": run["refused"], "answered": run["answered"], "p99": run["latencyMillis"]["p99"]}

    # Bar 5: ours.
    def overload(self):
        model, protocol, factors = self.models["minilm"], "binary", [0.8, 1.0, 2.0, 5.0]
        server = self.tools.kilter(slo_millis=SLO_MILLIS)
        seconds = 2 if self.quick else 5
        runs, waits = {f: [] for f in factors}, []
        with self.serving([server], model, protocol):
            capacity = self.capacity(model)
            for _ in range(self.rounds):
                for factor in factors:
                    runs[factor].append(self.offered(server, protocol, model, factor * capacity, seconds))
            for _ in range(self.rounds):
                waits.append(self.recovery(server, protocol, model, 5 * capacity))
        return overload_section(f"Overload, kilter, objective {SLO_MILLIS} ms", capacity, runs, waits, self.rounds)

    # Bar 5: the rivals at their defaults, started anew for each rate.
    def overload_of_rivals(self):
        model, rows, raw = self.models["minilm"], [], {}
        for rival, protocol in ((Triton, "binary"), (Mosec, "binary"), (FastApi, "binary"), (MlServer, "grpc")):
            raw[rival.name] = []
            for factor in (0.8, 2.0):
                server = self.tools.rival(rival)
                with self.serving([server], model, protocol):
                    capacity = self.capacity(model)
                    run = self.offered(server, protocol, model, factor * capacity, 2 if self.quick else 5)
                raw[rival.name].append(run)
                rows.append([rival.name, f"{factor:g}", f"{capacity:.0f}", f"{run['offered']:.0f}", f"{run['inTime']:.1f}", str(run["late"]), str(run["refused"]), str(run["lost"])])
        return section(f"Overload, rivals at their defaults, objective {SLO_MILLIS} ms", "MiniLM; one round.",
                       ["Server", "of its capacity", "capacity/s", "offered/s", "in time/s", "late", "refused", "lost"], rows, [], raw)

    def recovery(self, server, protocol, model, rate):
        """How a new client fares after an overload: the generator is stopped, its connections stay open."""
        process = self.tools.bench_process([server], protocol, model, "--rate", f"{rate:.1f}", "--warm-up", "0s", "--duration", "60s", "--timeout", "2s")
        time.sleep(11)  # its self-test takes six
        os.kill(process.pid, signal.SIGSTOP)
        try:
            return served(server, model)
        finally:
            process.kill()
            process.wait()

    # Bar 4, live.
    def policies(self):
        model, protocol, names = self.models["minilm"], "binary", ["slo", "greedy", "aimd", "cork"]
        servers = [self.tools.kilter(SLO_MILLIS, name) for name in names]
        with self.serving(servers, model, protocol):
            first = 0.6 * self.capacity(model)
            found = {name: [] for name in names}
            # A round at a time and each order in turn: one in which the generator had no room is measured anew, not all.
            for r in range(self.rounds):
                turn = r % len(servers)
                told = self.tools.bench(servers[turn:] + servers[:turn], protocol, model, "--find-max", "--slo", f"p99<={SLO_MILLIS}ms",
                                        "--confidence", "0.6", "--full", "--rate", f"{first:.1f}", "--resolution", "0.03", "--seed", str(r + 1),
                                        "--rounds", "1", "--warm-up", "0.5s", "--duration", "2s" if self.quick else "5s", "--timeout", "2s")
                for target in told["targets"]:
                    found[target["name"]].append(target["searches"][0].get("holdsPerSecond", 0.0))
        return policies_section(found)

    # Bar 7.
    def soak(self):
        model, protocol = self.models["minilm"], "binary"
        minutes = self.minutes or (0.2 if self.quick else 3)
        server = self.tools.kilter(slo_millis=SLO_MILLIS)
        samples, over = [], threading.Event()
        with self.serving([server], model, protocol):
            rate = 0.8 * self.capacity(model)
            began = time.monotonic()

            def sample():
                while not over.wait(1 if self.quick else 5):
                    samples.append([time.monotonic() - began, server.resident_bytes(), heap(server)])
            watcher = threading.Thread(target=sample)
            watcher.start()
            try:
                told = self.tools.bench([server], protocol, model, "--rate", f"{rate:.1f}", "--rounds", "1", "--warm-up", "5s",
                                        "--duration", f"{int(minutes * 60)}s", "--timeout", "5s")
            finally:
                over.set()
                watcher.join()
        return soak_section(minutes, rate, samples, told["targets"][0]["runs"][0])


def strip(runs):
    """Runs without their series, which nobody reads."""
    return {name: [{k: v for k, v in run.items() if k != "series"} for run in each] for name, each in runs.items()}


def ask(server, model):
    """One request on a new connection: milliseconds, and the status."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=30)
    connection.request("POST", "/v2/models/m/infer", json.dumps({"inputs": model.inputs[0]}), {"content-type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return [(time.monotonic() - began) * 1e3, answer.status]


def served(server, model):
    """Asks on new connections until it is served: milliseconds until then, the first status, and after how long that came."""
    began = time.monotonic()
    first_millis, first = ask(server, model)
    status = first
    while status == 429 and time.monotonic() - began < 10:
        _, status = ask(server, model)
    return [(time.monotonic() - began) * 1e3 if status == 200 else float("inf"), first, first_millis]


def heap(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=5)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    return float(re.search(r'jvm_memory_bytes_used\{area="heap",?\} (\S+)', text).group(1))


def overload_section(title, capacity, runs, waits, rounds):
    rows = []
    for factor, each in runs.items():
        answered, late = sum(r["answered"] for r in each), sum(r["late"] for r in each)
        rows.append([f"{factor:g}", Spread([r["offered"] for r in each]).text(), Spread([r["inTime"] for r in each]).text(1),
                     f"{late} of {answered}", str(sum(r["refused"] for r in each)), str(sum(r["lost"] for r in each)), Spread([r["p99"] for r in each]).text(1)])
    peak = max((Spread([r["inTime"] for r in each]) for each in runs.values()), key=lambda s: s.median)
    claims = []
    for factor in (2.0, 5.0):
        each = runs[factor]
        ratio = Spread([r["inTime"] / peak.median for r in each])
        kept = Spread([100 * (1 - (r["late"] + r["lost"]) / max(1, r["answered"] + r["lost"])) for r in each])
        all_of_them = sum(r["answered"] + r["lost"] for r in each)
        broken = sum(r["late"] + r["lost"] for r in each)
        claims += [claim(f"goodput ≥ 0.90 of its peak at {factor:g} times", ratio.text(3), ratio.median >= 0.9),
                   claim(f"≥ 99.9 % of what was admitted in time at {factor:g} times", f"{kept.text(2)} %; all rounds together {1 - broken / max(1, all_of_them):.2%} of {all_of_them}", kept.median >= 99.9)]
    first = f"first answer after {Spread([millis for _, _, millis in waits]).text(1)} ms, status {sorted({status for _, status, _ in waits})}"
    wait = Spread([w for w, _, _ in waits])
    claims.append(claim("a new client is served within the objective of the moment that the load stops, if refused by asking again", f"{wait.text(1)} ms; {first}", wait.median <= SLO_MILLIS))
    return section(title, f"MiniLM; capacity (bare loop) {capacity:.0f}/s; Poisson arrivals, latency from the scheduled time; {rounds} rounds.",
                   ["of capacity", "offered/s", "in time/s", "late", "refused", "lost", "p99, ms"], rows, claims, {"capacity": capacity, "runs": {str(k): v for k, v in runs.items()}, "waits": waits})


def policies_section(found):
    ours = found["slo"]
    rows, claims = [["slo (ours)", Spread(ours).text(1), "", ""]], []
    for name in ("greedy", "aimd", "cork"):
        if min(found[name]) <= 0:
            rows.append([name, "no rate held in some round", "", ""])
            continue
        paired = ratios(ours, found[name])
        low = lower_bound(paired)
        rows.append([name, Spread(found[name]).text(1), paired.text(3), f"{low:.3f}"])
        claims.append(claim(f"ours over {name}: lower bound ≥ 0.95, ≥ 7 rounds", f"{low:.3f}, {len(ours)} rounds", low >= 0.95 and len(ours) >= 7))
    return section(f"Batch policies, live, objective {SLO_MILLIS} ms", "MiniLM; the highest Poisson rate with p99 in time, found by kilter bench, runs of 5 s, a rate holds if that is likelier than not; all behind the same admission.",
                   ["Policy", "highest rate/s", "ours over it", "lower 95 % bound"], rows, claims, {"found": found})


def soak_section(minutes, rate, samples, run):
    series = run["series"]
    parts = [series[i * len(series) // 10:(i + 1) * len(series) // 10] for i in range(10)]
    tails = [Spread([p["p99Millis"] for p in part]) for part in parts if part]
    kept = samples[len(samples) // 10:]
    memory = [kept[i * len(kept) // 10:(i + 1) * len(kept) // 10] for i in range(10)]
    memory = [part for part in memory if part]
    resident = [Spread([s[1] / 2**20 for s in part]) for part in memory]
    least_heap = [min(s[2] for s in part) / 2**20 for part in memory]
    rows = [[f"{i + 1}/{len(tails)}", tails[i].text(1), resident[i].text(1) if i < len(resident) else "", f"{least_heap[i]:.1f}" if i < len(least_heap) else ""] for i in range(len(tails))]
    half = len(tails) // 2
    drift = Spread([t.median for t in tails[half:]]).median / Spread([t.median for t in tails[1:half + 1]]).median
    growth = resident[-1].median / resident[len(resident) // 2].median
    return section(f"Soak, {minutes:g} minutes at 80 % of capacity", f"MiniLM, {rate:.0f}/s, Poisson; {run['answered']} answered, {run['refused']} refused, {run['failed'] + run['timedOut']} lost.",
                   ["Part", "p99 of quarter seconds, ms", "resident, MiB", "least heap, MiB"], rows,
                   [claim("no growth of memory", f"resident: last tenth {growth:.3f} of the middle", growth <= 1.02),
                    claim("no drift of p99", f"second half {drift:.3f} of the first", drift <= 1.1),
                    claim("30 minutes", f"{minutes:g}", minutes >= 30)], {"samples": samples, "run": run})
