"""The network, and how it becomes an ONNX graph that takes the camera's own pictures."""

import io

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

# Part of the half-size picture that the network looks at: left, top, width, height. The rest is belt.
CROP = (72, 8, 176, 240)
# What is small shows in a cell of 16 x 16 px of the full picture; what is large is seen from the whole.
LOCAL = ["SEAL_TORN", "CONTAMINATION", "CODE_UNREADABLE", "DATE_CODE"]
WHOLE = ["LABEL_OFFSET", "LABEL_MISSING", "WRONG_LABEL", "ABSENT"]
CLASSES = LOCAL + WHOLE
CELL = 16
LEVELS = 64.0


def conv(inputs, outputs, kernel, stride, padding):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True)
    )


class Network(nn.Module):
    """Levels 0..255, [n, 3, 240, 176] -> logits [n, 8]; while training also the map of the local classes [n, 4, 30, 22]."""

    def __init__(self):
        super().__init__()
        self.near = nn.Sequential(
            conv(3, 16, 6, 4, 1), conv(16, 32, 3, 2, 1), conv(32, 32, 3, 1, 1), conv(32, 32, 3, 1, 1)
        )
        self.map = nn.Conv2d(32, len(LOCAL), 1)
        self.far = nn.Sequential(conv(32, 48, 3, 2, 1), conv(48, 48, 3, 1, 1), conv(48, 8, 1, 1, 0))
        self.whole = nn.Sequential(nn.Flatten(), nn.Linear(8 * 15 * 11, 64), nn.ReLU(True), nn.Linear(64, len(WHOLE)))
        with torch.no_grad():
            self.near[0][0].weight /= LEVELS

    def forward(self, x):
        near = self.near(x)
        found = self.map(near)
        # One cell is enough: a mean would drown a crumb.
        logits = torch.cat([found.amax((2, 3)), self.whole(self.far(near))], 1)
        return (logits, found) if self.training else logits


def export(network, file):
    """Writes the graph: uint8 [1, 512, 640, 3] -> crop, half size, levels -> logits [1, 8]."""
    buffer = io.BytesIO()
    torch.onnx.export(
        network.eval(), torch.zeros(1, 3, CROP[3], CROP[2]), buffer, opset_version=17, input_names=["levels"],
        output_names=["logits"], do_constant_folding=True,
    )
    core = onnx.load_from_string(buffer.getvalue()).graph
    left, top, width, height = (2 * v for v in CROP)

    def constant(name, values, dtype):
        return numpy_helper.from_array(np.array(values, dtype), name)

    constants = [
        constant("from", [top, left], np.int64),
        constant("to", [top + height, left + width], np.int64),
        constant("axes", [1, 2], np.int64),
        constant("scales", [1, 0.5, 0.5, 1], np.float32),
    ]
    # On uint8 up to the very last: a quarter of the memory to move.
    nodes = [
        helper.make_node("Slice", ["image", "from", "to", "axes"], ["cropped"]),
        helper.make_node("Resize", ["cropped", "", "scales"], ["halved"], mode="linear"),
        helper.make_node("Transpose", ["halved"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Cast", ["planes"], ["levels"], to=TensorProto.FLOAT),
    ]
    graph = helper.make_graph(
        nodes + list(core.node),
        "classifier",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, [1, 512, 640, 3])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, len(CLASSES)])],
        constants + list(core.initializer),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="tallyline")
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, file)
