"""Checks ONNX models and scores rows with them by ONNX's own reference implementation, which is NumPy.

python reference.py FOLDER: `spec.json` there names the columns' files and the models. Prints, for each model, the largest
difference to the scores in its file; a model that the checker or the runtime refuses has an error instead.
"""

import json
import sys
from pathlib import Path

import numpy
import onnx
from onnx.reference import ReferenceEvaluator

folder = Path(sys.argv[1])
spec = json.loads((folder / "spec.json").read_text())
types = {"int64": "<i8", "double": "<f8", "bool": "?"}
# So that no intermediate result is larger than some tens of megabytes.
batch_rows = 10_000


def column(name):
    if spec["columns"][name] == "string":
        return numpy.array(json.loads((folder / f"{name}.json").read_text()), dtype=object)
    return numpy.fromfile(folder / f"{name}.bin", dtype=types[spec["columns"][name]])


columns = {name: column(name) for name in spec["columns"]}


def scored(model):
    onnx.checker.check_model(model, full_check=True)
    evaluator = ReferenceEvaluator(model)
    taken = [given.name for given in model.graph.input]
    starts = range(0, spec["rows"], batch_rows)
    batches = [{name: columns[name][start : start + batch_rows] for name in taken} for start in starts]
    return numpy.concatenate([evaluator.run(None, batch)[0] for batch in batches])


def judged(name):
    path = folder / f"{name}.onnx"
    try:
        scores = scored(onnx.load(path)).astype("<f8")
    except Exception as error:  # told to whoever asked
        return {"name": name, "error": f"{type(error).__name__}: {error}"[:500]}
    expected = numpy.fromfile(folder / f"{name}.scores", dtype="<f4").astype("<f8")
    differences = numpy.abs(scores - expected)
    row = int(numpy.argmax(numpy.where(numpy.isnan(differences), numpy.inf, differences)))
    return {"name": name, "largest": float(numpy.nan_to_num(differences[row], nan=2.0)), "row": row}


versions = {"onnx": onnx.__version__, "numpy": numpy.__version__}
with numpy.errstate(all="ignore"):
    print(json.dumps({"versions": versions, "models": [judged(name) for name in spec["models"]]}))
