"""Trains the models of this folder: python train_models.py MATRIX, a CSV file of `whet matrix` on the rows of trialMatrix.ts.

lightgbm==4.6.0 scikit-learn==1.7.2 skl2onnx==1.20.0 onnxmltools==1.16.0 packaging polars==1.35.2 numpy==2.3.5
"""

import sys
from pathlib import Path

import lightgbm
import numpy
import onnxmltools
import polars
from onnxmltools.convert.common.data_types import FloatTensorType as LightgbmFloat
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

table = polars.read_csv(sys.argv[1])
names = [name for name in table.columns if not name.startswith("_")]
rows = table.filter(polars.col("_part") == "train")
x, y = rows.select(names).to_numpy().astype(numpy.float32), rows["_label"].to_numpy()
folder = Path(__file__).parent
opset = {"": 17, "ai.onnx.ml": 3}


def write(name, model):
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString())


logistic = make_pipeline(
    make_column_transformer((StandardScaler(), [0, 1, 2]), (OneHotEncoder(handle_unknown="ignore"), [3, 4])),
    LogisticRegression(),
).fit(x, y)
whole = [("X", FloatTensorType([None, len(names)]))]
plain = {id(logistic): {"zipmap": False}}
write("sklearn-logistic", to_onnx(logistic, initial_types=whole, options=plain, target_opset=opset))
write("with-zipmap", to_onnx(logistic, initial_types=whole, target_opset=opset))
write("too-new", to_onnx(logistic, initial_types=whole, options=plain, target_opset={"": 21, "ai.onnx.ml": 3}))

trees = RandomForestClassifier(n_estimators=10, max_leaf_nodes=16, random_state=7).fit(x, y)
write("sklearn-trees", to_onnx(trees, initial_types=whole, options={id(trees): {"zipmap": False}}, target_opset=opset))

columns = [(name, FloatTensorType([None, 1])) for name in names]
scaled = make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y)
write("by-column", to_onnx(scaled, initial_types=columns, options={id(scaled): {"zipmap": False}}, target_opset=opset))

narrow = make_pipeline(StandardScaler(), LogisticRegression()).fit(x[:, :2], y)
two = [("X", FloatTensorType([None, 2]))]
write("too-narrow", to_onnx(narrow, initial_types=two, options={id(narrow): {"zipmap": False}}, target_opset=opset))

boosted = lightgbm.LGBMClassifier(n_estimators=10, num_leaves=8, verbosity=-1).fit(x, y)
tensor = [("X", LightgbmFloat([None, len(names)]))]
write("lightgbm", onnxmltools.convert_lightgbm(boosted, initial_types=tensor, zipmap=False, target_opset=15))
