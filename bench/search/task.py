"""Reads the rows of the search's task, the same ones for every side, and trains one of its networks."""

import json
import os
import warnings

import numpy as np
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")


def read(folder):
    task = json.load(open(os.path.join(folder, "task.json")))
    numeric = np.fromfile(os.path.join(folder, "numeric.f32"), "<f4").reshape(task["rows"], task["width"])
    labels = np.fromfile(os.path.join(folder, "labels.u8"), "u1").astype("i8")
    cut = task["trainRows"]
    return task, (numeric[:cut], labels[:cut]), (numeric[cut:], labels[cut:])


def losses(task, train, validate, hidden, learning_rate, l2):
    """The validation loss after each epoch."""
    network = MLPClassifier(
        (hidden,), learning_rate_init=learning_rate, alpha=l2, batch_size=task["batchRows"], random_state=0
    )
    for _ in range(task["epochs"]):
        network.partial_fit(*train, classes=[0, 1])
        yield float(log_loss(validate[1], network.predict_proba(validate[0])))


def tell(seconds, loss, in_trials):
    """`in_trials`: seconds that the two workers trained and validated, together."""
    print(json.dumps({"seconds": seconds, "loss": loss, "outside": 1 - in_trials / (2 * seconds)}))
