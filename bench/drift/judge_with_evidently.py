"""Judges the flights' last 500,000 rows against all of them as Evidently does by itself; one line of JSON."""

import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

numbers, texts = ["delay", "distance"], ["origin", "destination"]
definition = DataDefinition(numerical_columns=numbers, categorical_columns=texts)
started = time.perf_counter()
reference = pd.read_parquet(sys.argv[1], columns=numbers + texts)
current = reference.tail(500_000).reset_index(drop=True)
read = time.perf_counter()
report = Report([DataDriftPreset()]).run(
    Dataset.from_pandas(current, data_definition=definition),
    Dataset.from_pandas(reference, data_definition=definition),
)
metrics = report.dict()["metrics"]
judged = time.perf_counter()
verdicts = {
    metric["config"]["column"]: {
        "method": metric["config"].get("method") or metric["metric_name"],
        "value": metric["value"],
        "limit": metric["config"].get("threshold"),
    }
    for metric in metrics
    if "column" in metric.get("config", {})
}
print(json.dumps({"readSeconds": read - started, "judgeSeconds": judged - read, "verdicts": verdicts}, default=float))
