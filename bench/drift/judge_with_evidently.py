"""Judges the flights of a case (judgeFlights.ts) as Evidently does by itself; one line of JSON."""

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
file, case = sys.argv[1:]
flights = pd.read_parquet(file, columns=numbers + texts)
if case == "last against all":
    reference, current = flights, flights.tail(500_000).reset_index(drop=True)
else:
    drawn = flights.iloc[::10].reset_index(drop=True)
    current = drawn.iloc[::6].reset_index(drop=True)
    reference = drawn[drawn.index % 6 != 0].reset_index(drop=True)
    if case == "delay up by 10 minutes":
        current["delay"] += 10
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
