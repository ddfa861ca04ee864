"""Asks a running server, by tritonclient over HTTP and gRPC, what such clients ask, and compares the answers.

usage: check_clients.py HOST:PORT MODEL [REPOSITORY]

The model may have any signature; inputs are made up from its metadata. With the folder that the server has as its model
repository, with explicit control and the policy latest:2, models are loaded and unloaded too: the folder is changed, MODEL
must be there in one version. Prints one line a check; exits with 1 if one failed.
"""

import pathlib
import shutil
import sys

import numpy as np
import tritonclient.grpc as grpc
import tritonclient.http as http
from tritonclient.utils import InferenceServerException, triton_to_np_dtype

BATCH = 2
failures = 0


def check(name, holds, detail=""):
    global failures
    failures += not holds
    print(f"{'ok  ' if holds else 'FAIL'} {name} {detail if not holds else ''}".rstrip())


def made_up(metadata):
    """For each input a tensor of that type: a batch of BATCH, other open dimensions 4."""
    random = np.random.default_rng(7)
    tensors = {}
    for tensor in metadata["inputs"]:
        shape = [int(size) for size in tensor["shape"]]
        shape = [BATCH if i == 0 and size < 0 else 4 if size < 0 else size for i, size in enumerate(shape)]
        dtype = triton_to_np_dtype(tensor["datatype"])
        if tensor["datatype"] == "BYTES":
            texts = [f"größer als {i}".encode() for i in range(int(np.prod(shape)))]
            tensors[tensor["name"]] = np.array(texts, dtype=np.object_).reshape(shape)
        elif np.issubdtype(dtype, np.integer):
            tensors[tensor["name"]] = np.ones(shape, dtype=dtype)
        else:
            tensors[tensor["name"]] = random.random(shape).astype(dtype)
    return tensors


def inputs(module, metadata, tensors, **options):
    made = []
    for tensor in metadata["inputs"]:
        value = tensors[tensor["name"]]
        made.append(module.InferInput(tensor["name"], list(value.shape), tensor["datatype"]))
        made[-1].set_data_from_numpy(value, **options)
    return made


def same(one, other):
    return np.array_equal(one, other) if one.dtype == np.object_ else np.allclose(one, other, rtol=1e-4, atol=1e-5)


def refused(call, words):
    try:
        call()
    except InferenceServerException as e:
        return words in str(e)
    return False


def check_http(address, model, controlled):
    client = http.InferenceServerClient(address)
    check("http: server live, ready, model ready", client.is_server_live() and client.is_server_ready() and client.is_model_ready(model))
    check("http: server metadata", "binary_tensor_data" in client.get_server_metadata()["extensions"])
    metadata = client.get_model_metadata(model)
    check("http: versioned metadata", client.get_model_metadata(model, metadata["versions"][-1]) == metadata)
    config = client.get_model_config(model)
    check("http: config", config["name"] == model and config["version_policy"] and config["instance_group"][0]["count"] >= 1 and not config["model_transaction_policy"]["decoupled"], config)
    check("http: versioned config", client.get_model_config(model, metadata["versions"][-1]) == config)
    check("http: versioned ready", client.is_model_ready(model, metadata["versions"][-1]) and refused(lambda: client.get_model_metadata(model, "77"), "77"))
    check("http: index", any(m["name"] == model and m["state"] == "READY" for m in client.get_model_repository_index()))
    tensors = made_up(metadata)
    outputs = [tensor["name"] for tensor in metadata["outputs"]]
    answers = {}
    for binary_in in (True, False):
        for binary_out in (True, False):
            asked = [http.InferRequestedOutput(name, binary_data=binary_out) for name in outputs]
            answer = client.infer(model, inputs(http, metadata, tensors, binary_data=binary_in), outputs=asked, request_id="r-1")
            check(f"http: infer, binary in {binary_in}, out {binary_out}", answer.get_response()["id"] == "r-1")
            answers[binary_in, binary_out] = [answer.as_numpy(name) for name in outputs]
    first = answers[True, True]
    check("http: all four answers agree", all(same(a, b) for other in answers.values() for a, b in zip(first, other)))
    all_outputs = client.infer(model, inputs(http, metadata, tensors, binary_data=True))
    check("http: outputs left out returns all", [o["name"] for o in all_outputs.get_response()["outputs"]] == outputs)
    for compression in ("gzip", "deflate"):
        packed = client.infer(model, inputs(http, metadata, tensors, binary_data=False), request_compression_algorithm=compression, response_compression_algorithm=compression)
        check(f"http: {compression}", same(packed.as_numpy(outputs[0]), first[0]))
    waiting = [client.async_infer(model, inputs(http, metadata, tensors, binary_data=True)) for _ in range(8)]
    check("http: async", all(same(w.get_result().as_numpy(outputs[0]), first[0]) for w in waiting))
    check("http: timeout parameter", client.infer(model, inputs(http, metadata, tensors), timeout=30_000_000) is not None)
    check("http: unknown model", refused(lambda: client.infer("nope", inputs(http, metadata, tensors)), "nope"))
    if not controlled:
        check("http: load and unload are off, and name the switch", all(refused(lambda: change(model), "--model-control explicit") for change in (client.load_model, client.unload_model)))
    stats = client.get_inference_statistics(model)["model_stats"][0]
    check("http: versioned statistics", client.get_inference_statistics(model, metadata["versions"][-1])["model_stats"][-1]["version"] == metadata["versions"][-1])
    check("http: statistics of all", any(s["name"] == model for s in client.get_inference_statistics()["model_stats"]))
    check("http: statistics", stats["inference_stats"]["success"]["count"] > 0 and stats["inference_count"] >= stats["execution_count"] > 0, stats)
    client.close()
    return tensors, first, outputs


def check_grpc(address, model, controlled, tensors, expected, outputs):
    client = grpc.InferenceServerClient(address)
    check("grpc: server live, ready, model ready", client.is_server_live() and client.is_server_ready() and client.is_model_ready(model))
    check("grpc: server metadata", "statistics" in client.get_server_metadata().extensions)
    metadata = client.get_model_metadata(model, as_json=True)
    config = client.get_model_config(model).config
    check("grpc: config", config.name == model and config.version_policy.WhichOneof("policy_choice") and config.instance_group[0].count >= 1, config)
    version = metadata["versions"][-1]
    check("grpc: versioned config, metadata, ready", client.get_model_config(model, version).config == config and client.get_model_metadata(model, version).name == model and client.is_model_ready(model, version))
    check("grpc: versioned infer", client.infer(model, inputs(grpc, metadata, tensors), model_version=version).get_response().model_version == version)
    check("grpc: unknown version", refused(lambda: client.get_model_metadata(model, "77"), "NOT_FOUND"))
    check("grpc: index", any(m.name == model and m.state == "READY" for m in client.get_model_repository_index().models))
    if not controlled:
        check("grpc: load and unload are off, and name the switch", all(refused(lambda: change(model), "UNIMPLEMENTED") for change in (client.load_model, client.unload_model)))
    answer = client.infer(model, inputs(grpc, metadata, tensors), request_id="r-2", client_timeout=30)
    check("grpc: infer", answer.get_response().id == "r-2")
    check("grpc: the same answer as by http", all(same(answer.as_numpy(n), e) for n, e in zip(outputs, expected)))
    answers = []
    client.start_stream(lambda result, error: answers.append((result, error)))
    for i in range(5):
        client.async_stream_infer(model, inputs(grpc, metadata, tensors), request_id=str(i))
    client.stop_stream()
    check("grpc: stream", len(answers) == 5 and all(error is None and same(result.as_numpy(outputs[0]), expected[0]) for result, error in answers), answers)
    check("grpc: compression", same(client.infer(model, inputs(grpc, metadata, tensors), compression_algorithm="gzip").as_numpy(outputs[0]), expected[0]))
    check("grpc: unknown model", refused(lambda: client.infer("nope", inputs(grpc, metadata, tensors)), "NOT_FOUND"))
    check("grpc: statistics", client.get_inference_statistics(model).model_stats[0].inference_stats.success.count > 0)
    client.close()


def check_repository(name, client, model, folder, states, versions):
    """Loads, unloads, brings a second and a third version, one that is broken, and a model that came later."""
    home, broken, late = folder / model, folder / "broken", folder / f"late-{name}"
    first = next(home.glob("*/model.onnx"))
    check(f"{name}: a load takes no configuration", refused(lambda: client.load_model(model, config="{}"), "parameters.config"))
    check(f"{name}: unknown model", refused(lambda: client.load_model("nope"), "nope") and refused(lambda: client.unload_model("nope"), "nope"))
    client.unload_model(model)
    check(f"{name}: unloaded", not client.is_model_ready(model) and states(client)[model, "1"] == ("UNAVAILABLE", "unloaded"), states(client))
    check(f"{name}: the server is ready without it", client.is_server_ready())
    client.load_model(model)
    check(f"{name}: loaded again", client.is_model_ready(model) and versions(client) == ["1"])
    for version in ("2", "3"):
        (home / version).mkdir()
        shutil.copy(first, home / version / "model.onnx")
        client.load_model(model)
    check(f"{name}: the newest two versions", versions(client) == ["2", "3"] and client.is_model_ready(model, "3") and not client.is_model_ready(model, "1"), states(client))
    (broken / "1").mkdir(parents=True, exist_ok=True)
    (broken / "1" / "model.onnx").write_bytes(b"no model")
    check(f"{name}: a broken model is told", refused(lambda: client.load_model("broken"), "broken"))
    check(f"{name}: its reason stands in the index", states(client)["broken", "1"][0] == "UNAVAILABLE" and states(client)["broken", "1"][1] != "", states(client))
    check(f"{name}: the others are served", client.is_server_ready() and client.is_model_ready(model))
    late.mkdir()
    shutil.copy(first, late / "model.onnx")
    check(f"{name}: what nobody asked for", any(key[0] == late.name and state[1] == "not loaded" for key, state in states(client).items()), states(client))
    client.load_model(late.name)
    check(f"{name}: a model that came later", client.is_model_ready(late.name))
    client.unload_model(late.name, unload_dependents=True)
    for version in ("2", "3"):
        shutil.rmtree(home / version)
    client.load_model(model)
    check(f"{name}: back to the first version", versions(client) == ["1"], states(client))


def http_states(client):
    return {(m["name"], m.get("version", "")): (m["state"], m["reason"]) for m in client.get_model_repository_index()}


def grpc_states(client):
    return {(m.name, m.version): (m.state, m.reason) for m in client.get_model_repository_index().models}


def main():
    address, model = sys.argv[1:3]
    controlled = len(sys.argv) > 3
    check_grpc(address, model, controlled, *check_http(address, model, controlled))
    if controlled:
        folder = pathlib.Path(sys.argv[3])
        with http.InferenceServerClient(address, network_timeout=120) as client:
            check_repository("http", client, model, folder, http_states, lambda c: c.get_model_metadata(model)["versions"])
        with grpc.InferenceServerClient(address) as client:
            check_repository("grpc", client, model, folder, grpc_states, lambda c: list(c.get_model_metadata(model).versions))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
