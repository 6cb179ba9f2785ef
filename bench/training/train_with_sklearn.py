"""Trains a task with scikit-learn's MLPClassifier, which has no embeddings. Arguments: the task's folder, whole epochs."""

import sys
import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import task as tasks

warnings.simplefilter("ignore", ConvergenceWarning)
task, numeric, categories, labels = tasks.read(sys.argv[1])
epochs = int(sys.argv[2])
network = lambda count: MLPClassifier(
    tuple(task["hidden"]),
    alpha=0,
    batch_size=task["batchRows"],
    learning_rate_init=task["learningRate"],
    max_iter=count,
    n_iter_no_change=count + 1,
    random_state=7,
)
network(1).fit(numeric, labels.ravel())
watch = tasks.Watch()
fitted = network(epochs).fit(numeric, labels.ravel())
watch.tell(task["rows"] * epochs, fitted.loss_)
