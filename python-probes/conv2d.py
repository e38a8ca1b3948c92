"""Probe: one Conv2d, forward or one of its two gradients.

Parameters: in_channels, out_channels, size (or height and width); with defaults: batch 1, kernel 3 (or kernel_h and kernel_w),
stride 1, padding 1, dilation 1, groups 1, dtype float32, layout nchw, direction forward.
"""
import json
import zlib

import torch

from convolution import reference as host_reference
from convolution.shapes import DTYPES, LAYOUTS, elements, operand_shapes, parameters, shapes, terms


def work(case):
    p = parameters(case)
    inputs, weights, outputs = shapes(p)
    total = elements(inputs) + elements(weights) + elements(outputs)
    return {
        "flops": 2 * elements(outputs) * elements(weights[1:]),
        "bytes": total * torch.empty(0, dtype=DTYPES[p["dtype"]]).element_size(),
    }


def tolerance(case, device):
    """Least rtol and atol: results are about 1 in size, so both are what rounding the inputs may cost."""
    dtype = case.get("dtype", "float32")
    if dtype == "bfloat16":
        return 2e-2, 2e-2
    # On NVIDIA cards cuDNN rounds float32 inputs to TF32, which has float16's mantissa.
    rounded = device == "cuda" and torch.version.hip is None and torch.backends.cudnn.allow_tf32
    if dtype == "float16" or dtype == "float32" and rounded:
        return 5e-3, 5e-3
    return 0.0, 0.0


def allocate(case, device):
    p = parameters(case)
    dtype = DTYPES[p["dtype"]]
    # The card's tensors come first: a shape that is too large for it must not fill the host's memory before.
    operands = tuple(_empty(p, shape, dtype, device) for shape in operand_shapes(p))
    generator = torch.Generator()
    generator.manual_seed(zlib.crc32(json.dumps(case, sort_keys=True).encode("utf-8")))
    # Scaled so that every sum of products is about 1 in size, whatever the number of its terms.
    bounds = (1.7, 1.7 / terms(p) ** 0.5)
    # The copies on the host stay: the reference must not depend on what the card made of them.
    host = tuple(_random(p, operand.shape, dtype, bound, generator) for operand, bound in zip(operands, bounds))
    for operand, source in zip(operands, host):
        operand.copy_(source)
    return {"p": p, "host": host, "operands": operands}


def _empty(p, shape, dtype, device):
    return torch.empty(shape, dtype=dtype, device=device, memory_format=LAYOUTS[p["layout"]])


def _random(p, shape, dtype, bound, generator):
    """In the wanted layout already, so that the way to the card is a plain copy without a kernel."""
    values = torch.empty(shape).uniform_(-bound, bound, generator=generator)
    return values.to(dtype).contiguous(memory_format=LAYOUTS[p["layout"]])


def run(state):
    return host_reference.convolution(state["p"], *state["operands"])


def reference(state):
    return host_reference.reference(state["p"], *state["host"])


compare = host_reference.compare
