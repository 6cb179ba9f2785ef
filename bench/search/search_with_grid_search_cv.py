"""Searches the task's grid with scikit-learn's GridSearchCV, two processes. Arguments: the task's folder, `all`."""

import sys
import time

import numpy as np
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.neural_network import MLPClassifier

import task as tasks

task, train, validate = tasks.read(sys.argv[1])
rows = np.concatenate([train[0], validate[0]])
labels = np.concatenate([train[1], validate[1]])
fold = np.repeat([-1, 0], [len(train[1]), len(validate[1])])
network = MLPClassifier(batch_size=task["batchRows"], max_iter=task["epochs"], random_state=0)
grid = {
    "hidden_layer_sizes": [(units,) for units in task["hidden"]],
    "learning_rate_init": task["learningRate"],
    "alpha": task["l2"],
}
search = GridSearchCV(network, grid, scoring="neg_log_loss", cv=PredefinedSplit(fold), n_jobs=2, refit=False)
started = time.perf_counter()
search.fit(rows, labels)
seconds = time.perf_counter() - started
in_trials = search.cv_results_["mean_fit_time"].sum() + search.cv_results_["mean_score_time"].sum()
tasks.tell(seconds, -float(search.best_score_), float(in_trials))
