"""Probe: one Conv2d, forward or one of its two gradients.

Parameters: in_channels, out_channels, size (or height and width); with defaults: batch 1, kernel 3 (or kernel_h and kernel_w),
stride 1, padding 1, dilation 1, groups 1, dtype float32, layout nchw, direction forward.
"""
import json
import zlib
from typing import NamedTuple

import torch

from fork_server import check

DTYPES = {
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float64": torch.float64,
}
LAYOUTS = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}
DIRECTIONS = ("forward", "backward-data", "backward-weights")
SIZES = ("in_channels", "out_channels", "batch", "height", "width", "kernel_h", "kernel_w", "stride", "dilation", "groups")
# About four milliseconds on one slow core.
WHOLE_REFERENCE_FLOPS = 4e6
KNOWN = SIZES + ("size", "kernel", "padding", "dtype", "layout", "direction")


def parameters(case):
    """The case with every default spelled out. Raises ValueError with what is wrong and what is known."""
    unknown = sorted(set(case) - set(KNOWN))
    if unknown:
        raise ValueError("conv2d has no parameter %s; it knows %s" % (", ".join(unknown), ", ".join(sorted(KNOWN))))
    for whole, parts in (("size", ("height", "width")), ("kernel", ("kernel_h", "kernel_w"))):
        both = [part for part in parts if whole in case and part in case]
        if both:
            raise ValueError("conv2d: %s and %s set the same thing" % (whole, both[0]))
    p = {"batch": 1, "stride": 1, "padding": 1, "dilation": 1, "groups": 1}
    p.update({"dtype": "float32", "layout": "nchw", "direction": "forward"})
    p.update({"kernel_h": case.get("kernel", 3), "kernel_w": case.get("kernel", 3)})
    if "size" in case:
        p.update({"height": case["size"], "width": case["size"]})
    p.update({name: value for name, value in case.items() if name not in ("size", "kernel")})
    missing = [name for name in SIZES if name not in p]
    if missing:
        raise ValueError("conv2d needs %s (size sets height and width)" % ", ".join(missing))
    for name in SIZES + ("padding",):
        least = 0 if name == "padding" else 1
        if isinstance(p[name], bool) or not isinstance(p[name], (int, float)) or p[name] != int(p[name]) or p[name] < least:
            raise ValueError("conv2d: %s is a whole number from %d on, not %r" % (name, least, p[name]))
        p[name] = int(p[name])
    for name, allowed in (("dtype", DTYPES), ("layout", LAYOUTS), ("direction", DIRECTIONS)):
        if p[name] not in allowed:
            raise ValueError("conv2d: %s is one of %s, not %r" % (name, ", ".join(allowed), p[name]))
    if p["in_channels"] % p["groups"] or p["out_channels"] % p["groups"]:
        raise ValueError("conv2d: groups must divide in_channels and out_channels")
    p["out_height"] = _output(p, "height", "kernel_h")
    p["out_width"] = _output(p, "width", "kernel_w")
    return p


def _output(p, side, kernel):
    size = (p[side] + 2 * p["padding"] - p["dilation"] * (p[kernel] - 1) - 1) // p["stride"] + 1
    if size < 1:
        raise ValueError("conv2d: the kernel is larger than the padded input: nothing comes out")
    return size


def _shapes(p):
    """Of the input, the weights and the output."""
    return (
        (p["batch"], p["in_channels"], p["height"], p["width"]),
        (p["out_channels"], p["in_channels"] // p["groups"], p["kernel_h"], p["kernel_w"]),
        (p["batch"], p["out_channels"], p["out_height"], p["out_width"]),
    )


def _elements(shape):
    count = 1
    for size in shape:
        count *= size
    return count


def work(case):
    return work_of(parameters(case))


def work_of(p):
    inputs, weights, outputs = _shapes(p)
    elements = _elements(inputs) + _elements(weights) + _elements(outputs)
    return {
        "flops": 2 * _elements(outputs) * _elements(weights[1:]),
        "bytes": elements * torch.empty(0, dtype=DTYPES[p["dtype"]]).element_size(),
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
    operands = tuple(_empty(p, shape, dtype, device) for shape in _operand_shapes(p))
    generator = torch.Generator()
    generator.manual_seed(zlib.crc32(json.dumps(case, sort_keys=True).encode("utf-8")))
    # Scaled so that every sum of products is about 1 in size, whatever the number of its terms.
    bounds = (1.7, 1.7 / _terms(p) ** 0.5)
    # The copies on the host stay: the reference must not depend on what the card made of them.
    host = tuple(_random(p, operand.shape, dtype, bound, generator) for operand, bound in zip(operands, bounds))
    for operand, source in zip(operands, host):
        operand.copy_(source)
    return {"p": p, "host": host, "operands": operands}


def _operand_shapes(p):
    """Of the two operands; for a gradient also of what it is the gradient of, of which only shape and layout count."""
    inputs, weights, outputs = _shapes(p)
    return {
        "forward": (inputs, weights),
        "backward-data": (outputs, weights, inputs),
        "backward-weights": (outputs, inputs, weights),
    }[p["direction"]]


def _terms(p):
    """How many products make one element of the result."""
    _, weights, outputs = _shapes(p)
    return {
        "forward": _elements(weights[1:]),
        "backward-data": weights[0] // p["groups"] * weights[2] * weights[3],
        "backward-weights": outputs[0] * outputs[2] * outputs[3],
    }[p["direction"]]


def _empty(p, shape, dtype, device):
    return torch.empty(shape, dtype=dtype, device=device, memory_format=LAYOUTS[p["layout"]])


def _random(p, shape, dtype, bound, generator):
    """In the wanted layout already, so that the way to the card is a plain copy without a kernel."""
    values = torch.empty(shape).uniform_(-bound, bound, generator=generator)
    return values.to(dtype).contiguous(memory_format=LAYOUTS[p["layout"]])


def run(state):
    return _convolution(state["p"], *state["operands"])


class Combined(NamedTuple):
    """The reference of a sum of the output's planes with random signs, summed within each group."""

    signs: torch.Tensor
    sums: torch.Tensor
    axis: int
    groups: int


def reference(state):
    """In float64 on the CPU. Of a large output only a random combination of the planes is taken: a convolution is linear, so
    this costs as little as one plane and still sees every element of the result."""
    p, host = state["p"], [tensor.double() for tensor in state["host"]]
    if work_of(p)["flops"] <= WHOLE_REFERENCE_FLOPS:
        return _on_the_host(p, *host)
    return _combined_reference(p, *host)


def _combined_reference(p, first, second):
    data, weights = p["direction"] == "backward-data", p["direction"] == "backward-weights"
    groups = p["groups"] if weights else 1
    signs = _signs(p["in_channels" if data else "out_channels"])
    if weights:
        smaller = dict(p, out_channels=groups)
        pair = (_combine(first, signs, 1, groups), second)
    elif data:
        smaller = dict(p, in_channels=1, groups=1)
        kernel = second.reshape([p["groups"], -1] + list(second.shape[1:])) * signs.reshape(p["groups"], 1, -1, 1, 1)
        pair = (first, kernel.sum(2).reshape([p["out_channels"], 1] + list(second.shape[2:])))
    else:
        smaller = dict(p, out_channels=1, groups=1)
        kernel = _combine(second, signs, 0, p["groups"])
        pair = (first, kernel.reshape([1, p["in_channels"]] + list(second.shape[2:])))
    return Combined(signs, _on_the_host(smaller, *pair), 0 if weights else 1, groups)


def _on_the_host(p, first, second):
    absent = [_empty(p, shape, torch.float64, "cpu") for shape in _operand_shapes(p)[2:]]
    return _convolution(p, first, second, *absent)


def _signs(count):
    generator = torch.Generator()
    generator.manual_seed(count)
    return torch.randint(0, 2, (count,), generator=generator).double() * 2 - 1


def _combine(tensor, signs, axis, groups):
    shape = list(tensor.shape)
    split = tensor.double().reshape(shape[:axis] + [groups, -1] + shape[axis + 1 :])
    weights = signs.reshape([1] * axis + [groups, -1] + [1] * (len(shape) - axis - 1))
    return (split * weights).sum(axis + 1)


def compare(output, expected, rtol, atol):
    if not isinstance(expected, Combined):
        return check.compare(output, expected, rtol, atol)
    planes = len(expected.signs) // expected.groups
    # The elements are about 1 in size and their errors independent, so those of a sum grow with the root of its terms.
    tolerance = (atol + rtol) * planes ** 0.5
    return check.compare(_combine(output.cpu(), expected.signs, expected.axis, expected.groups), expected.sums, 0.0, tolerance)


def _convolution(p, first, second, absent=None):
    stride, padding, dilation = ([p[name]] * 2 for name in ("stride", "padding", "dilation"))
    if p["direction"] == "forward":
        return torch.nn.functional.conv2d(first, second, None, stride, padding, dilation, p["groups"])
    data = p["direction"] == "backward-data"
    pair = (absent, second) if data else (second, absent)
    gradients = torch.ops.aten.convolution_backward(
        first, pair[0], pair[1], None, stride, padding, dilation, False, [0, 0], p["groups"], [data, not data, False]
    )
    return gradients[0 if data else 1]
