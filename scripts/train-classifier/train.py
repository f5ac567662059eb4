"""Trains the classifier of the synthetic line on what render.ts has drawn. CPU only, one core, about ten minutes.

Needs PyTorch, NumPy and ONNX; on Debian: apt-get install python3-torch python3-onnx. Not needed to run the line.
"""

import argparse
import json
import pathlib
import time

import numpy as np
import torch
from network import CELL, CLASSES, CROP, LOCAL, Network, export
from torch.nn import functional as F

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--training", type=pathlib.Path, nargs="+", required=True, help="folders that render.ts wrote")
parser.add_argument("--validation", type=pathlib.Path, required=True, help="another one, of another seed")
parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for model.onnx and learned.json")
parser.add_argument("--epochs", type=int, default=12)
parser.add_argument("--seed", type=int, default=7)
arguments = parser.parse_args()
torch.manual_seed(arguments.seed)
torch.set_num_threads(1)

LEFT, TOP, WIDTH, HEIGHT = CROP
ROWS, COLUMNS = 2 * HEIGHT // CELL, 2 * WIDTH // CELL
IGNORED = -1.0


class Line:
    """Pictures on disk, their classes [n, 8], and where the local ones are [n, 4, 30, 22]: 1 there, 0 not, -1 at the rim."""

    def __init__(self, folders):
        labels = [label for folder in folders for label in json.loads((folder / "labels.json").read_text())]
        parts = [np.memmap(folder / "pictures.bin", np.uint8, "r").reshape(-1, 256, 320, 3) for folder in folders]
        self.pictures = [picture for part in parts for picture in part]
        self.classes = torch.tensor([[float(c in label["classes"]) for c in CLASSES] for label in labels])
        self.places = torch.zeros(len(labels), len(LOCAL), ROWS, COLUMNS)
        for at, label in enumerate(labels):
            for found in label["boxes"]:
                x, y, w, h = found["box"]
                cells = [(v / CELL) for v in (x - 2 * LEFT, y - 2 * TOP, x + w - 2 * LEFT, y + h - 2 * TOP)]
                place = self.places[at, LOCAL.index(found["class"])]
                left, top, right, bottom = (max(0, int(v)) for v in cells)
                place[top : bottom + 1, left : right + 1] = IGNORED
                # The middle of it, at least one cell.
                cx, cy = (cells[0] + cells[2]) / 2, (cells[1] + cells[3]) / 2
                rx, ry = max(0.0, (cells[2] - cells[0]) / 4 - 0.5), max(0.0, (cells[3] - cells[1]) / 4 - 0.5)
                place[int(cy - ry) : int(cy + ry) + 1, int(cx - rx) : int(cx + rx) + 1] = 1.0

    def __len__(self):
        return len(self.classes)

    def batch(self, indices, shift=(0, 0)):
        x, y = LEFT + shift[0], TOP + shift[1]
        cut = np.stack([self.pictures[i][y : y + HEIGHT, x : x + WIDTH] for i in indices.tolist()])
        return torch.from_numpy(cut).permute(0, 3, 1, 2).float(), self.classes[indices], self.places[indices]


def train(network, line):
    size, steps = 32, 0
    total = arguments.epochs * (len(line) // size)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=total, pct_start=0.15)
    for epoch in range(arguments.epochs):
        network.train()
        began, losses = time.time(), []
        for indices in torch.randperm(len(line))[: len(line) // size * size].view(-1, size):
            # A whole cell to the left or right would be another label offset: one px is play, more is not.
            pictures, classes, places = line.batch(indices, tuple(int(v) for v in torch.randint(-1, 2, (2,))))
            gain = 1 + 0.06 * (torch.rand(size, 1, 1, 1) - 0.5)
            logits, found = network(pictures * gain + torch.randn_like(pictures))
            where = F.binary_cross_entropy_with_logits(found, places.clamp(min=0), reduction="none")
            # Cells with something are few: they weigh as much as a hundred without.
            weight = (places >= 0).float() * (1 + 30 * (places > 0).float())
            loss = F.binary_cross_entropy_with_logits(logits, classes) + (where * weight).sum() / weight.sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1} loss {np.mean(losses):.4f} {time.time() - began:.0f} s", flush=True)


def logits_of(network, line):
    network.eval()
    with torch.no_grad():
        return torch.cat([network(line.batch(i)[0]) for i in torch.arange(len(line)).split(64)])


def platt(scores, isBad):
    """a, b of 1 / (1 + exp(-(a s + b))), with Platt's smoothed targets: classes that come apart must not give certainty."""
    bad, good = isBad.sum(), (1 - isBad).sum()
    target = isBad * (bad + 1) / (bad + 2) + (1 - isBad) / (good + 2)
    ab = torch.tensor([1.0, 0.0], requires_grad=True)
    solver = torch.optim.LBFGS([ab], max_iter=200, line_search_fn="strong_wolfe")

    def step():
        solver.zero_grad()
        loss = F.binary_cross_entropy_with_logits(ab[0] * scores + ab[1], target)
        loss.backward()
        return loss

    solver.step(step)
    return ab.detach()


def calibration(scores, isBad):
    half = torch.arange(len(scores)) % 2 == 0
    error = torch.zeros(len(scores))
    for known, other in ((half, ~half), (~half, half)):
        a, b = platt(scores[known], isBad[known])
        error[other] = (torch.sigmoid(a * scores[other] + b) - isBad[other]) ** 2
    a, b = platt(scores, isBad)
    samples = {"good": int((1 - isBad).sum()), "bad": int(isBad.sum())}
    return {"a": round(float(a), 5), "b": round(float(b), 5), "samples": samples, "brier": round(float(error.mean()), 6)}


arguments.out.mkdir(parents=True, exist_ok=True)
training, validation = Line(arguments.training), Line([arguments.validation])
network = Network()
train(network, training)
logits = logits_of(network, validation)
learned = {"classes": CLASSES, "pictures": len(training), "epochs": arguments.epochs, "calibration": {}}
for index, name in enumerate(CLASSES):
    scores, isBad = logits[:, index], validation.classes[:, index]
    called = scores >= 0
    hits = (called * isBad).sum()
    print(f"{name:16} precision {hits / max(1, called.sum()):.4f} recall {hits / isBad.sum():.4f}")
    learned["calibration"][name] = calibration(scores, isBad)
good = validation.classes.sum(1) == 0
print(f"good units called bad: {int(((logits >= 0).any(1) & good).sum())} of {int(good.sum())}")
export(network, str(arguments.out / "model.onnx"))
(arguments.out / "learned.json").write_text(json.dumps(learned, indent=2))
