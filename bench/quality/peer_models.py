"""The day after the cut-off by LightGBM and by scikit-learn, on the same features: python peer_models.py MATRIX CATEGORIES.

MATRIX is a Parquet file of `whet matrix`; CATEGORIES how many of its last columns are categories. Prints JSON.
"""

import json
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "2")

import lightgbm
import numpy
import polars
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

table = polars.read_parquet(sys.argv[1])
count = int(sys.argv[2])
names = [name for name in table.columns if not name.startswith("_")]
categories = list(range(len(names) - count, len(names)))
numbers = list(range(len(names) - count))


def part(name):
    rows = table.filter(polars.col("_part") == name)
    return rows.select(names).to_numpy().astype(numpy.float64), rows["_label"].to_numpy()


(train, train_labels), (validate, validate_labels), (test, test_labels) = map(part, ["train", "validate", "test"])

boosted = lightgbm.train(
    {
        "objective": "binary",
        "metric": "auc",
        "learning_rate": 0.05,
        "num_leaves": 63,
        "min_data_in_leaf": 100,
        "num_threads": 2,
        "seed": 7,
        "verbosity": -1,
    },
    lightgbm.Dataset(train, train_labels, categorical_feature=categories),
    num_boost_round=500,
    valid_sets=[lightgbm.Dataset(validate, validate_labels, categorical_feature=categories)],
    callbacks=[lightgbm.early_stopping(30, verbose=False)],
)

linear = max(
    (
        make_pipeline(
            make_column_transformer(
                (StandardScaler(), numbers), (OneHotEncoder(handle_unknown="ignore"), categories)
            ),
            LogisticRegression(C=strength, max_iter=200),
        ).fit(train, train_labels)
        for strength in [0.01, 0.1, 1.0]
    ),
    key=lambda model: roc_auc_score(validate_labels, model.predict_proba(validate)[:, 1]),
)

print(
    json.dumps(
        {
            "rows": len(test_labels),
            "lightgbm": roc_auc_score(test_labels, boosted.predict(test)),
            "logistic": roc_auc_score(test_labels, linear.predict_proba(test)[:, 1]),
        }
    )
)
