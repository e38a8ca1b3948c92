"""Parameters of one 2-D convolution, and the shapes that follow from them."""
import torch

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


def shapes(p):
    """Of the input, the weights and the output."""
    return (
        (p["batch"], p["in_channels"], p["height"], p["width"]),
        (p["out_channels"], p["in_channels"] // p["groups"], p["kernel_h"], p["kernel_w"]),
        (p["batch"], p["out_channels"], p["out_height"], p["out_width"]),
    )


def elements(shape):
    count = 1
    for size in shape:
        count *= size
    return count


def operand_shapes(p):
    """Of the two operands; for a gradient also of what it is the gradient of, of which only shape and layout count."""
    inputs, weights, outputs = shapes(p)
    return {
        "forward": (inputs, weights),
        "backward-data": (outputs, weights, inputs),
        "backward-weights": (outputs, inputs, weights),
    }[p["direction"]]


def terms(p):
    """How many products make one element of the result."""
    _, weights, outputs = shapes(p)
    return {
        "forward": elements(weights[1:]),
        "backward-data": weights[0] // p["groups"] * weights[2] * weights[3],
        "backward-weights": outputs[0] * outputs[2] * outputs[3],
    }[p["direction"]]
