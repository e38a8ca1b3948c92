"""Control: the suspected convolution with MIOpen or cuDNN off, by torch's own im2col and a matrix product."""
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
    return torch.nn.functional.conv2d(*state["operands"], padding=state["padding"])


def reference(state):
    return torch.nn.functional.conv2d(*state["host"], padding=state["padding"])


def compare(output, expected, rtol, atol):
    error = (output.cpu() - expected).abs()
    return bool((error <= atol + rtol * expected.abs()).all()), float(error.max())
