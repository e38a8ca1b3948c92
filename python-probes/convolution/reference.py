"""The reference of a convolution: float64, on the CPU, and not by the code that is being measured.

A whole reference of a large convolution takes seconds on one core. Because a convolution is linear, the sum of the result's
planes with random signs is the convolution with the same sum of the weights: as cheap as a single plane, and an error in any
element of the result shows in it.
"""
from typing import Any, NamedTuple

import torch

from fork_server import check

from .shapes import elements, shapes

# About four milliseconds on one slow core.
WHOLE_LIMIT_FLOPS = 4e6


class Combined(NamedTuple):
    """What a sum of the result's planes along `axis` must be; `signs` has one sign for each plane, sums stay within a group."""

    signs: Any
    sums: Any
    axis: int
    groups: int


def reference(p, first, second):
    """Of the operands as the probe made them on the host. A tensor like the result, or Combined for a large one."""
    first, second = first.double(), second.double()
    inputs, weights, outputs = shapes(p)
    if 2 * elements(outputs) * elements(weights[1:]) <= WHOLE_LIMIT_FLOPS:
        absent = {"backward-data": inputs, "backward-weights": weights}.get(p["direction"])
        return convolution(p, first, second, None if absent is None else torch.empty(absent, dtype=torch.float64))
    combined = {"forward": _forward, "backward-data": _backward_data, "backward-weights": _backward_weights}
    return combined[p["direction"]](p, first, second)


def compare(output, expected, rtol, atol):
    if not isinstance(expected, Combined):
        return check.compare(output, expected, rtol, atol)
    signs, sums, axis, groups = expected
    # The elements are about 1 in size and their errors independent: those of a sum grow with the root of its terms.
    tolerance = (atol + rtol) * (len(signs) // groups) ** 0.5
    return check.compare(_combine(output.cpu(), signs, axis, groups), sums, 0.0, tolerance)


def convolution(p, first, second, absent=None):
    """By torch. `absent`: for a gradient, a tensor with the shape and layout of what it is the gradient of."""
    stride, padding, dilation = ([p[name]] * 2 for name in ("stride", "padding", "dilation"))
    if p["direction"] == "forward":
        return torch.nn.functional.conv2d(first, second, None, stride, padding, dilation, p["groups"])
    data = p["direction"] == "backward-data"
    pair = (absent, second) if data else (second, absent)
    gradients = torch.ops.aten.convolution_backward(
        first, pair[0], pair[1], None, stride, padding, dilation, False, [0, 0], p["groups"], [data, not data, False]
    )
    return gradients[0 if data else 1]


def _forward(p, x, w):
    signs = _signs(p["out_channels"])
    # [groups, channels of a group, kernel] holds every input channel once, in order.
    plane = _combine(w, signs, 0, p["groups"]).reshape(p["in_channels"], -1)
    x = _padded(p, x)
    taps = torch.matmul(plane.t(), x.reshape(p["batch"], p["in_channels"], -1)).reshape(p["batch"], -1, *x.shape[2:])
    sums = sum(taps[:, tap, rows, columns] for tap, rows, columns in _windows(p))
    return Combined(signs, sums.unsqueeze(1), 1, 1)


def _backward_data(p, g, w):
    signs = _signs(p["in_channels"])
    # Every output channel sees the input channels of its own group.
    plane = (w.reshape(p["groups"], -1, *w.shape[1:]) * signs.reshape(p["groups"], 1, -1, 1, 1)).sum(2)
    taps = torch.matmul(plane.reshape(p["out_channels"], -1).t(), g.reshape(p["batch"], p["out_channels"], -1))
    taps = taps.reshape(p["batch"], -1, p["out_height"], p["out_width"])
    pad = p["padding"]
    sums = torch.zeros(p["batch"], p["height"] + 2 * pad, p["width"] + 2 * pad, dtype=torch.float64)
    for tap, rows, columns in _windows(p):
        sums[:, rows, columns] += taps[:, tap]
    return Combined(signs, sums[:, pad : pad + p["height"], pad : pad + p["width"]].unsqueeze(1), 1, 1)


def _backward_weights(p, g, x):
    signs, groups = _signs(p["out_channels"]), p["groups"]
    plane = _combine(g, signs, 1, groups).reshape(p["batch"], groups, -1, 1)
    x = _padded(p, x)
    parts = [
        torch.matmul(x[:, :, rows, columns].reshape(p["batch"], groups, p["in_channels"] // groups, -1), plane).sum(0)
        for _, rows, columns in _windows(p)
    ]
    sums = torch.cat(parts, 2).reshape(groups, -1, p["kernel_h"], p["kernel_w"])
    return Combined(signs, sums, 0, groups)


def _windows(p):
    """For each place in the kernel: its number, and which rows and columns of the padded input it meets."""
    step = p["stride"]
    for i in range(p["kernel_h"]):
        for j in range(p["kernel_w"]):
            top, left = i * p["dilation"], j * p["dilation"]
            rows = slice(top, top + step * (p["out_height"] - 1) + 1, step)
            yield i * p["kernel_w"] + j, rows, slice(left, left + step * (p["out_width"] - 1) + 1, step)


def _padded(p, x):
    return torch.nn.functional.pad(x, [p["padding"]] * 4)


def _signs(count):
    generator = torch.Generator()
    generator.manual_seed(count)
    return torch.randint(0, 2, (count,), generator=generator).double() * 2 - 1


def _combine(tensor, signs, axis, groups):
    shape = list(tensor.shape)
    before, after = elements(shape[:axis]), elements(shape[axis + 1 :])
    planes = tensor.double().reshape(before, groups, -1, after)
    return torch.matmul(signs.reshape(groups, 1, -1), planes).reshape(shape[:axis] + [groups] + shape[axis + 1 :])
