# SPDX-License-Identifier: GPL-3.0-or-later
#
# The networks of src/model/network_plan.c in PyTorch, with the same optimiser and loss; prints what model_loop.c
# prints. One thread is timed by the processor's clock, several by the wall's.
#   model_torch.py conv3d|conv2plus1d THREADS
import sys
import time

import torch
from torch import nn

BATCH, STEPS, PREDICTIONS, WARM = 16, 20, 50, 3
LAYERS = {  # kernel, stride, padding, filters
    "conv3d": [((3, 5, 5), (1, 2, 2), (1, 2, 2), 8),
               ((3, 3, 3), (2, 2, 2), (1, 1, 1), 16),
               ((3, 3, 3), (2, 2, 2), (1, 1, 1), 32)],
    "conv2plus1d": [((1, 5, 5), (1, 2, 2), (0, 2, 2), 16), ((3, 1, 1), (1, 1, 1), (1, 0, 0), 8),
                    ((1, 3, 3), (1, 2, 2), (0, 1, 1), 32), ((3, 1, 1), (2, 1, 1), (1, 0, 0), 16),
                    ((1, 3, 3), (1, 2, 2), (0, 1, 1), 64), ((3, 1, 1), (2, 1, 1), (1, 0, 0), 32)],
}


def network(architecture):
    parts, depth = [], 1
    for kernel, stride, padding, filters in LAYERS[architecture]:
        parts += [nn.Conv3d(depth, filters, kernel, stride, padding, bias=False), nn.BatchNorm3d(filters),
                  nn.ReLU(inplace=True)]
        depth = filters
    return nn.Sequential(*parts, nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(depth, 1))


architecture, threads = sys.argv[1], int(sys.argv[2])
now = time.process_time if threads == 1 else time.perf_counter
torch.set_num_threads(threads)
torch.manual_seed(1)
model = network(architecture)
optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-2)
loss_of = nn.BCEWithLogitsLoss()
clips = torch.randn(BATCH, 1, 16, 64, 64)
target = (torch.arange(BATCH) % 2).float().reshape(BATCH, 1)


def train(steps):
    model.train()
    for _ in range(steps):
        optimiser.zero_grad()
        loss = loss_of(model(clips), target)
        loss.backward()
        optimiser.step()


def predict(times):
    model.eval()
    with torch.no_grad():
        for _ in range(times):
            model(clips)


train(WARM)
start = now()
train(STEPS)
training = now() - start
predict(WARM)
start = now()
predict(PREDICTIONS)
prediction = now() - start
parameters = sum(p.numel() for p in model.parameters())
print("torch", architecture, threads, parameters, f"{BATCH * STEPS / training:.1f}",
      f"{BATCH * PREDICTIONS / prediction:.1f}")
