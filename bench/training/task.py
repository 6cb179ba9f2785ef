"""Reads the rows of a training task, the same ones for every side."""

import json
import os
import time

import numpy as np


def read(folder):
    task = json.load(open(os.path.join(folder, "task.json")))
    of = lambda name, dtype, width: np.fromfile(os.path.join(folder, name), dtype).reshape(task["rows"], width)
    numeric = of("numeric.f32", "<f4", task["width"])
    categories = of("categories.i32", "<i4", len(task["categories"])) if task["categories"] else None
    return task, numeric, categories, of("labels.u8", "u1", 1)


class Watch:
    """Runs from when it is made: wall clock and processor time."""

    def __init__(self):
        self.wall, self.processor = time.perf_counter(), time.process_time()

    def tell(self, rows, loss):
        wall, processor = time.perf_counter() - self.wall, time.process_time() - self.processor
        print(json.dumps({"rowsPerSecond": rows / wall, "rowsPerProcessorSecond": rows / processor, "loss": float(loss)}))
