"""Control: the suspected convolution without MIOpen, cuDNN or oneDNN, by torch's own im2col and a matrix product."""
import torch

from shapes import sizes


def tolerance(case, device):
    return (5e-3, 5e-3) if device == "cuda" and torch.version.hip is None else (1e-3, 1e-3)


def allocate(case, device):
    batch, inputs, outputs, height, width, kernel_h, kernel_w = sizes(case)
    torch.backends.cudnn.enabled = False
    generator = torch.Generator()
    generator.manual_seed(1)
    terms = inputs * kernel_h * kernel_w
    images = torch.empty(batch, inputs, height, width).uniform_(-1.7, 1.7, generator=generator)
    weights = torch.empty(outputs, inputs, kernel_h, kernel_w).uniform_(-1.7, 1.7, generator=generator) / terms**0.5
    padding = case.get("padding", 1)
    return {"host": (images, weights), "operands": (images.to(device), weights.to(device)), "padding": padding if isinstance(padding, int) else 1}


def run(state):
    images, weights = state["operands"]
    # The switch is that of MIOpen and cuDNN; elsewhere torch has none, so the same two steps are written out.
    if images.device.type == "cuda":
        return torch.nn.functional.conv2d(images, weights, padding=state["padding"])
    kernel, padding = weights.shape[2:], state["padding"]
    columns = torch.nn.functional.unfold(images, kernel, padding=padding)
    height, width = (size + 2 * padding - taps + 1 for size, taps in zip(images.shape[2:], kernel))
    return (weights.flatten(1) @ columns).reshape(images.shape[0], weights.shape[0], height, width)


def reference(state):
    return torch.nn.functional.conv2d(*state["host"], padding=state["padding"])


def compare(output, expected, rtol, atol):
    error = (output.cpu() - expected).abs()
    return bool((error <= atol + rtol * expected.abs()).all()), float(error.max())
