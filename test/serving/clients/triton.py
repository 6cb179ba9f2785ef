"""Asks a server with NVIDIA's client in every way that it has, and prints what came. Given: HTTP's and gRPC's address, a model."""

import json
import sys

import numpy as np
import tritonclient.grpc as grpc
import tritonclient.http as http
from tritonclient.utils import InferenceServerException

http_address, grpc_address, model = sys.argv[1:]
told = {}
values = {
    "date": np.array([984657600000, 984657600001], np.int64),
    "destination": np.array(["JFK", "機場"], np.object_),
    "distance": np.array([733, 9007199254740993], np.int64),
    "origin": np.array(["ORD", "LAX"], np.object_),
}
datatypes = {"date": "INT64", "destination": "BYTES", "distance": "INT64", "origin": "BYTES"}


def inputs(library, **how):
    made = []
    for name, value in values.items():
        tensor = library.InferInput(name, list(value.shape), datatypes[name])
        tensor.set_data_from_numpy(value, **how)
        made.append(tensor)
    return made


def shown(result):
    response = result.get_response()
    as_json = response if isinstance(response, dict) else {"id": response.id, "model_version": response.model_version}
    return {
        "id": as_json["id"],
        "version": as_json["model_version"],
        "score": result.as_numpy("score").tolist() if result.as_numpy("score") is not None else None,
        "answer": [each.decode() if isinstance(each, bytes) else each for each in result.as_numpy("answer")],
    }


def refused(call):
    try:
        return repr(call())
    except InferenceServerException as error:
        return [error.status(), error.message()]


with http.InferenceServerClient(http_address) as client:
    told["http"] = {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model": client.is_model_ready(model),
        "version": client.is_model_ready(model, "challenger"),
        "unknown": client.is_model_ready("other"),
        "server": client.get_server_metadata(),
        "metadata": client.get_model_metadata(model),
        "config": client.get_model_config(model),
        "statistics": client.get_inference_statistics(model),
        "all": len(client.get_inference_statistics()["model_stats"]),
        "index": client.get_model_repository_index(),
        "load": refused(lambda: client.load_model(model)),
        "memory": refused(lambda: client.get_system_shared_memory_status()),
        "missing": refused(lambda: client.infer(model, inputs(http)[1:])),
        "binary": shown(client.infer(model, inputs(http), request_id="mine")),
        "json": shown(
            client.infer(
                model,
                # JSON of more than 2^53 is rounded by some readers: this one is given as it is by Python.
                [tensor for tensor in inputs(http, binary_data=False) if tensor.name() != "distance"]
                + [tensor for tensor in inputs(http) if tensor.name() == "distance"],
                outputs=[http.InferRequestedOutput(name, binary_data=False) for name in ("score", "answer")],
            )
        ),
        "challenger": shown(
            client.infer(model, inputs(http), model_version="challenger", outputs=[http.InferRequestedOutput("answer")])
        ),
        "later": shown(client.async_infer(model, inputs(http)).get_result()),
        "classes": refused(
            lambda: client.infer(model, inputs(http), outputs=[http.InferRequestedOutput("score", class_count=2)])
        ),
        "packed": refused(lambda: client.infer(model, inputs(http), request_compression_algorithm="gzip")),
    }

with grpc.InferenceServerClient(grpc_address) as client:
    told["grpc"] = {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model": client.is_model_ready(model),
        "server": client.get_server_metadata(as_json=True),
        "metadata": client.get_model_metadata(model, as_json=True),
        "config": client.get_model_config(model, as_json=True),
        "statistics": client.get_inference_statistics(model, as_json=True),
        "all": len(client.get_inference_statistics(as_json=True)["model_stats"]),
        "index": client.get_model_repository_index(as_json=True),
        "load": refused(lambda: client.load_model(model)),
        "unknown": refused(lambda: client.is_model_ready("other")),
        "missing": refused(lambda: client.infer(model, inputs(grpc)[1:])),
        "raw": shown(client.infer(model, inputs(grpc), request_id="mine")),
        "challenger": shown(
            client.infer(model, inputs(grpc), model_version="challenger", outputs=[grpc.InferRequestedOutput("answer")])
        ),
        "classes": refused(
            lambda: client.infer(model, inputs(grpc), outputs=[grpc.InferRequestedOutput("score", class_count=2)])
        ),
    }

json.dump(told, sys.stdout)
