"""The usual hand-written server: FastAPI, one worker of uvicorn, the model run where the request is handled. No batches."""
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import orjson, uvicorn
from fastapi import FastAPI, Request, Response
from onnx_model import Model, decode, encode

model = Model()
app = FastAPI()


@app.get("/v2/health/ready")
async def ready():
    return {}


@app.get("/v2/models/{name}")
async def metadata(name: str):
    return model.metadata(name)


@app.post("/v2/models/{name}/infer")
async def infer(name: str, request: Request):
    body = await request.body()
    length = request.headers.get("inference-header-content-length")
    end = len(body) if length is None else int(length)
    outputs = model.run(decode(orjson.loads(body[:end]), body[end:]))
    head, tail = encode(name, outputs, length is not None, orjson.dumps)
    if length is None:
        return Response(head, media_type="application/json")
    return Response(head + tail, headers={"inference-header-content-length": str(len(head))}, media_type="application/octet-stream")


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["BENCH_HTTP_PORT"]), log_level="warning", access_log=False)
