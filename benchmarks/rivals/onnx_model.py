"""What the rivals share: the model behind ONNX Runtime, one thread, and the Open Inference Protocol for those that lack it."""
import os
import numpy as np
import onnxruntime

TYPES = {"FP32": np.float32, "INT64": np.int64, "INT32": np.int32, "FP64": np.float64, "UINT8": np.uint8}
NAMES = {np.dtype(t): n for n, t in TYPES.items()}
MAX_BATCH = int(os.environ.get("BENCH_MAX_BATCH", "32"))


class Model:
    """The model of BENCH_MODEL_FILE."""

    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.environ["BENCH_MODEL_FILE"], options, providers=["CPUExecutionProvider"])
        self.outputs = [o.name for o in self.session.get_outputs()]

    def run(self, inputs):
        """Outputs by name for inputs by name."""
        return dict(zip(self.outputs, self.session.run(self.outputs, inputs)))

    def run_together(self, requests):
        """One batch of several requests' inputs; the outputs of each."""
        if len(requests) == 1:
            return [self.run(requests[0])]
        joined = self.run({name: np.concatenate([r[name] for r in requests]) for name in requests[0]})
        ends = np.cumsum([len(next(iter(r.values()))) for r in requests])[:-1]
        parts = {name: np.split(value, ends) for name, value in joined.items()}
        return [{name: part[i] for name, part in parts.items()} for i in range(len(requests))]

    def metadata(self, name):
        """As GET /v2/models/NAME answers."""
        def tensors(specs):
            types = {"tensor(float)": "FP32", "tensor(int64)": "INT64"}
            return [{"name": s.name, "datatype": types[s.type], "shape": [d if isinstance(d, int) else -1 for d in s.shape]} for s in specs]
        return {"name": name, "versions": ["1"], "platform": "onnxruntime",
                "inputs": tensors(self.session.get_inputs()), "outputs": tensors(self.session.get_outputs())}


def decode(head, binary):
    """Inputs by name, from the header of a request and what follows it; binary ones are views."""
    inputs, at = {}, 0
    for tensor in head["inputs"]:
        size = tensor.get("parameters", {}).get("binary_data_size")
        kind = TYPES[tensor["datatype"]]
        if size is None:
            inputs[tensor["name"]] = np.asarray(tensor["data"], kind).reshape(tensor["shape"])
        else:
            inputs[tensor["name"]] = np.frombuffer(binary, kind, size // np.dtype(kind).itemsize, at).reshape(tensor["shape"])
            at += size
    return inputs


def encode(name, outputs, binary, dumps):
    """The header of an answer and what follows it."""
    listed, tail = [], []
    for output, value in outputs.items():
        tensor = {"name": output, "datatype": NAMES[value.dtype], "shape": list(value.shape)}
        if binary:
            data = value.tobytes()
            tensor["parameters"] = {"binary_data_size": len(data)}
            tail.append(data)
        else:
            tensor["data"] = value.ravel().tolist()
        listed.append(tensor)
    return dumps({"model_name": name, "model_version": "1", "outputs": listed}), b"".join(tail)
