"""Trains a task with Keras on TensorFlow, a compiled graph. Arguments: the task's folder, whole epochs."""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow as tf

import task as tasks

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
keras.utils.set_random_seed(7)
task, numeric, categories, labels = tasks.read(sys.argv[1])
epochs = int(sys.argv[2])


def network():
    numbers = keras.Input((task["width"],))
    inputs, parts = [numbers], [numbers]
    for values in task["categories"]:
        code = keras.Input((), dtype="int32")
        inputs.append(code)
        parts.append(keras.layers.Embedding(values, 8)(code))
    through = keras.layers.Concatenate()(parts) if len(parts) > 1 else numbers
    for units in task["hidden"]:
        through = keras.layers.Dense(units, activation="relu")(through)
    model = keras.Model(inputs, keras.layers.Dense(1)(through))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(task["learningRate"]), loss)
    return model


x = [numeric] if categories is None else [numeric, *(categories[:, at] for at in range(len(task["categories"])))]
y = labels.astype("float32")
model = network()
start = model.get_weights()
fit = lambda count: model.fit(x, y, batch_size=task["batchRows"], epochs=count, verbose=0)
fit(1)
model.set_weights(start)
for variable in model.optimizer.variables:
    if variable is not model.optimizer._learning_rate:
        variable.assign(keras.ops.zeros_like(variable))
watch = tasks.Watch()
history = fit(epochs)
watch.tell(task["rows"] * epochs, history.history["loss"][-1])
