"""Asks a server with KServe's client over REST and gRPC, and prints what came. Given: REST's URL, gRPC's address, a model."""

import asyncio
import json
import logging
import sys

import grpc
import httpx
import numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, RESTConfig
from kserve.protocol.infer_type import InferInput, InferRequest, RequestedOutput

url, grpc_address, model = sys.argv[1:]
logging.disable()
values = {
    "date": ("INT64", np.array([984657600000, 984657600001], np.int64)),
    "destination": ("BYTES", np.array(["JFK", "機場"], np.object_)),
    "distance": ("INT64", np.array([733, 2586], np.int64)),
    "origin": ("BYTES", np.array(["ORD", "LAX"], np.object_)),
}


def request(binary, **more):
    inputs = []
    for name, (datatype, value) in values.items():
        tensor = InferInput(name, list(value.shape), datatype)
        tensor.set_data_from_numpy(value, binary_data=binary)
        inputs.append(tensor)
    return InferRequest(model, inputs, request_id="mine", **more)


def typed():
    """Values in the message's own fields, not as raw bytes."""
    inputs = []
    for name, (datatype, value) in values.items():
        data = [each.encode() for each in value] if datatype == "BYTES" else value.tolist()
        inputs.append(InferInput(name, list(value.shape), datatype, data=data))
    return InferRequest(model, inputs)


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def shown(response):
    outputs = {output.name: [text(each) for each in output.as_numpy().tolist()] for output in response.outputs}
    return {"id": response.id, "version": response.model_version, **outputs}


async def main():
    told = {}
    async with InferenceRESTClient(RESTConfig(protocol="v2")) as client:
        outputs = [RequestedOutput("score", {"binary_data": True}), RequestedOutput("answer", {"binary_data": False})]
        told["rest"] = {
            "live": await client.is_server_live(url),
            "ready": await client.is_server_ready(url),
            "model": await client.is_model_ready(url, model),
            "unknown": await client.is_model_ready(url, "other"),
            "binary": shown(await client.infer(url, request(True), model_name=model)),
            "outputs": shown(await client.infer(url, request(True, request_outputs=outputs), model_name=model)),
            "all": shown(
                await client.infer(url, request(True, parameters={"binary_data_output": True}), model_name=model)
            ),
            "json": shown(await client.infer(url, request(False), model_name=model)),
        }
        try:
            await client.infer(url, {"inputs": []}, model_name=model)
        except httpx.HTTPStatusError as error:
            told["rest"]["refused"] = str(error)
    async with InferenceGRPCClient(grpc_address) as client:
        told["grpc"] = {
            "live": await client.is_server_live(),
            "ready": await client.is_server_ready(),
            "model": await client.is_model_ready(model),
            "raw": shown(await client.infer(request(True))),
            "typed": shown(await client.infer(typed())),
        }
        try:
            await client.is_model_ready("other")
        except grpc.RpcError as error:
            told["grpc"]["unknown"] = error.code().name
    json.dump(told, sys.stdout)


asyncio.run(main())
