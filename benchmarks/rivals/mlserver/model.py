"""MLServer with its adaptive batching; the model in its one parallel worker."""
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse, MetadataTensor
from onnx_model import Model


class Onnx(MLModel):
    async def load(self):
        self.model = Model()
        described = self.model.metadata(self.name)
        self.inputs = [MetadataTensor(**tensor) for tensor in described["inputs"]]
        self.outputs = [MetadataTensor(**tensor) for tensor in described["outputs"]]
        return True

    async def predict(self, request):
        outputs = self.model.run({tensor.name: NumpyCodec.decode_input(tensor) for tensor in request.inputs})
        return InferenceResponse(model_name=self.name, outputs=[NumpyCodec.encode_output(n, v) for n, v in outputs.items()])
