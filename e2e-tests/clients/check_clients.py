"""Asks a running server, by tritonclient over HTTP and gRPC, what such clients ask, and compares the answers.

usage: check_clients.py HOST:PORT MODEL

The model may have any signature; inputs are made up from its metadata. Prints one line a check; exits with 1 if one
failed.
"""

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


def check_http(address, model):
    client = http.InferenceServerClient(address)
    check("http: server live, ready, model ready", client.is_server_live() and client.is_server_ready() and client.is_model_ready(model))
    check("http: server metadata", "binary_tensor_data" in client.get_server_metadata()["extensions"])
    metadata = client.get_model_metadata(model)
    check("http: versioned metadata", client.get_model_metadata(model, metadata["versions"][-1]) == metadata)
    check("http: config", client.get_model_config(model)["name"] == model)
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
    check("http: load is refused", refused(lambda: client.load_model(model), "configuration"))
    stats = client.get_inference_statistics(model)["model_stats"][0]
    check("http: statistics", stats["inference_stats"]["success"]["count"] > 0 and stats["inference_count"] >= stats["execution_count"] > 0, stats)
    client.close()
    return tensors, first, outputs


def check_grpc(address, model, tensors, expected, outputs):
    client = grpc.InferenceServerClient(address)
    check("grpc: server live, ready, model ready", client.is_server_live() and client.is_server_ready() and client.is_model_ready(model))
    check("grpc: server metadata", "statistics" in client.get_server_metadata().extensions)
    metadata = client.get_model_metadata(model, as_json=True)
    check("grpc: config", client.get_model_config(model).config.name == model)
    check("grpc: index", client.get_model_repository_index().models[0].state == "READY")
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


def main():
    address, model = sys.argv[1:3]
    check_grpc(address, model, *check_http(address, model))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
