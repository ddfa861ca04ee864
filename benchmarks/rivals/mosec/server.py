"""mosec: its front end and dynamic batching, the model in its one worker. It shows a worker the body alone and lets it set no
header, so the end of a binary request's JSON is found by reading it, and an answer's is not told; the bench does not look."""
import json, os, sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import msgspec
from mosec import Runtime, Server, Worker
from onnx_model import MAX_BATCH, Model, decode, encode

NAME = os.environ["BENCH_MODEL_NAME"]


class Infer(Worker):
    def __init__(self):
        self.model = Model()
        self.reader = json.JSONDecoder()
        self.writer = msgspec.json.Encoder()

    def deserialize(self, body):
        if body.endswith(b"]}"):
            return decode(msgspec.json.decode(body), b""), False
        head, end = self.reader.raw_decode(body.decode("latin-1"))
        return decode(head, body[end:]), True

    def forward(self, requests):
        answers = self.model.run_together([inputs for inputs, _ in requests])
        return [(outputs, binary) for outputs, (_, binary) in zip(answers, requests)]

    def serialize(self, answer):
        outputs, binary = answer
        head, tail = encode(NAME, outputs, binary, self.writer.encode)
        return head + tail


if __name__ == "__main__":
    server = Server()
    # One millisecond is the least that it waits for company; its default is ten.
    runtime = Runtime(Infer, num=1, max_batch_size=MAX_BATCH, max_wait_time=1)
    server.register_runtime({f"/v2/models/{NAME}/infer": [runtime]})
    server.run()
