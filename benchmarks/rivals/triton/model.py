"""The model for Triton's Python backend: what its dynamic batcher hands over is run as one batch."""
import os, sys

sys.path.insert(0, os.environ["BENCH_RIVALS"])
import triton_python_backend_utils as triton
from onnx_model import Model


class TritonPythonModel:
    def initialize(self, arguments):
        self.model = Model()
        self.names = [i.name for i in self.model.session.get_inputs()]

    def execute(self, requests):
        batch = [{n: triton.get_input_tensor_by_name(r, n).as_numpy() for n in self.names} for r in requests]
        return [triton.InferenceResponse([triton.Tensor(n, v) for n, v in outputs.items()])
                for outputs in self.model.run_together(batch)]
