"""Searches the task's grid with Optuna, two threads. Arguments: the task's folder, `all` or `halving`."""

import sys
import time

import optuna

import task as tasks

optuna.logging.set_verbosity(optuna.logging.ERROR)
task, train, validate = tasks.read(sys.argv[1])
prunes = sys.argv[2] == "halving"
grid = {name: task[name] for name in ("hidden", "learningRate", "l2")}


def objective(trial):
    chosen = {name: trial.suggest_categorical(name, values) for name, values in grid.items()}
    for epoch, loss in enumerate(
        tasks.losses(task, train, validate, chosen["hidden"], chosen["learningRate"], chosen["l2"])
    ):
        if prunes:
            trial.report(loss, epoch + 1)
            if trial.should_prune():
                raise optuna.TrialPruned()
    return loss


halving = optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
study = optuna.create_study(
    direction="minimize",
    sampler=optuna.samplers.GridSampler(grid, seed=0),
    pruner=halving if prunes else optuna.pruners.NopPruner(),
)
started = time.perf_counter()
study.optimize(objective, n_trials=24, n_jobs=2)
seconds = time.perf_counter() - started
tasks.tell(seconds, study.best_value, sum(trial.duration.total_seconds() for trial in study.trials))
