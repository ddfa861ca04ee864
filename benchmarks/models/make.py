#!/usr/bin/env python3
"""make.py FOLDER: the models that are measured, and eight requests for each. Weights are random: they change no time."""
import glob, json, os, random, sys, zipfile
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

TOKENS = int(os.environ.get("BENCH_TOKENS", "8"))
IMAGE = ("image", "FP32", [1, 1, 28, 28])
weights = np.random.default_rng(1)


class Graph:
    """Layers one after another, from an image to ten probabilities."""

    def __init__(self):
        self.nodes, self.initializers, self.last = [], [], "image"

    def add(self, operator, shapes=(), **attributes):
        inputs = [self.last]
        for shape in shapes:
            name = f"w{len(self.initializers)}"
            value = weights.normal(0, 0.05, shape).astype(np.float32)
            self.initializers.append(numpy_helper.from_array(value, name))
            inputs.append(name)
        self.last = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [self.last], **attributes))
        return self

    def conv(self, channels, out):
        self.add("Conv", [(out, channels, 3, 3), (out,)], pads=[1, 1, 1, 1], kernel_shape=[3, 3])
        return self.add("Relu")

    def pool(self):
        return self.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])

    def save(self, path):
        self.nodes[-1].output[0] = "probs"
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 28, 28])
        probs = helper.make_tensor_value_info("probs", TensorProto.FLOAT, ["batch", 10])
        graph = helper.make_graph(self.nodes, "m", [image], [probs], self.initializers)
        onnx.save(helper.make_model(graph, ir_version=7, opset_imports=[helper.make_opsetid("", 13)]), path)


def linear(path):
    """One layer, a classifier of Fashion-MNIST: next to no time."""
    Graph().add("Flatten", axis=1).add("Gemm", [(10, 784), (10,)], transB=1).add("Softmax", axis=1).save(path)


def cnn(path):
    """Four convolutions, as a good classifier of Fashion-MNIST has: some tenths of a millisecond to one."""
    graph = Graph().conv(1, 32).pool().conv(32, 64).conv(64, 64).pool().conv(64, 128).pool()
    graph.add("Flatten", axis=1).add("Gemm", [(128, 1152), (128,)], transB=1).add("Relu")
    graph.add("Gemm", [(10, 128), (10,)], transB=1).add("Softmax", axis=1).save(path)


def minilm(path):
    """all-MiniLM-L6-v2 of the examples, for texts of so many tokens, its output averaged inside: answers stay below 4 KB."""
    name = "all-minilm-l6-v2"
    jars = glob.glob(os.path.expanduser(f"~/.m2/repository/dev/langchain4j/langchain4j-embeddings-{name}/*/*.jar"))
    if not jars:
        sys.exit(f"{name} is not in the local Maven repository (expected: any build of Kilter puts it there)")
    with zipfile.ZipFile(jars[0]) as jar:
        model = onnx.load_from_string(jar.read(f"{name}.onnx"))
    for tensor in model.graph.input:
        tensor.type.tensor_type.shape.dim[1].dim_value = TOKENS
    model.graph.node.append(helper.make_node("ReduceMean", ["last_hidden_state"], ["embedding"], axes=[1], keepdims=0))
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch_size", 384]))
    onnx.save(model, path)


def image_request():
    name, datatype, shape = IMAGE
    return [{"name": name, "datatype": datatype, "shape": shape, "data": [round(random.random(), 3) for _ in range(784)]}]


def text_request():
    values = {"input_ids": [random.randrange(1000, 30000) for _ in range(TOKENS)], "attention_mask": [1] * TOKENS, "token_type_ids": [0] * TOKENS}
    return [{"name": n, "datatype": "INT64", "shape": [1, TOKENS], "data": v} for n, v in values.items()]


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    random.seed(1)
    with open(os.path.join(folder, "null.json"), "w") as file:  # for a server without a model
        file.write(json.dumps({"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 256], "data": [0.5] * 256}]}) + "\n")
    for make, request in ((linear, image_request), (cnn, image_request), (minilm, text_request)):
        path = os.path.join(folder, make.__name__)
        make(path + ".onnx")
        with open(path + ".json", "w") as file:
            file.writelines(json.dumps({"inputs": request()}) + "\n" for _ in range(8))


if __name__ == "__main__":
    main()
