"""Trains a task with PyTorch, eager, tensors in memory. Arguments: the task's folder, whole epochs."""

import sys

import torch
from torch import nn

import task as tasks

torch.set_num_threads(1)
torch.manual_seed(7)
task, numeric, categories, labels = tasks.read(sys.argv[1])
epochs = int(sys.argv[2])
x, y = torch.from_numpy(numeric), torch.from_numpy(labels).float()
c = None if categories is None else torch.from_numpy(categories)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(values, 8) for values in task["categories"])
        sizes = [task["width"] + 8 * len(self.tables), *task["hidden"]]
        layers = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.ReLU())]
        self.layers = nn.Sequential(*layers, nn.Linear(sizes[-1], 1))

    def forward(self, x, c):
        parts = [x] if c is None else [x, *(table(c[:, at]) for at, table in enumerate(self.tables))]
        return self.layers(torch.cat(parts, 1) if len(parts) > 1 else x)


network = Network()
adam = torch.optim.Adam(network.parameters(), lr=task["learningRate"])
lossOf = nn.BCEWithLogitsLoss()


def epoch():
    order = torch.randperm(len(x))
    for rows in order.split(task["batchRows"]):
        adam.zero_grad()
        loss = lossOf(network(x[rows], None if c is None else c[rows]), y[rows])
        loss.backward()
        adam.step()
    return loss.item()


state = {name: value.clone() for name, value in network.state_dict().items()}
epoch()
network.load_state_dict(state)
adam = torch.optim.Adam(network.parameters(), lr=task["learningRate"])
watch = tasks.Watch()
for _ in range(epochs):
    loss = epoch()
watch.tell(task["rows"] * epochs, loss)
