"""Searches the task's grid with Ray Tune, two workers. Arguments: the task's folder, `all`."""

import os
import sys
import tempfile
import time

os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_AIR_NEW_OUTPUT="0", RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO="0")
os.environ["PYTHONPATH"] = os.path.dirname(os.path.abspath(__file__))

import ray
from ray import tune

import task as tasks

ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")


def train(chosen, data=None):
    for loss in tasks.losses(*data, chosen["hidden"], chosen["learningRate"], chosen["l2"]):
        tune.report({"loss": loss})


data = tasks.read(sys.argv[1])
with tempfile.TemporaryDirectory() as results:
    tuner = tune.Tuner(
        tune.with_resources(tune.with_parameters(train, data=data), {"cpu": 1}),
        param_space={name: tune.grid_search(data[0][name]) for name in ("hidden", "learningRate", "l2")},
        tune_config=tune.TuneConfig(metric="loss", mode="min", max_concurrent_trials=2),
        run_config=tune.RunConfig(verbose=0, storage_path=results),
    )
    started = time.perf_counter()
    outcome = tuner.fit()
    seconds = time.perf_counter() - started
    in_trials = sum(result.metrics["time_total_s"] for result in outcome)
    tasks.tell(seconds, outcome.get_best_result().metrics["loss"], in_trials)
