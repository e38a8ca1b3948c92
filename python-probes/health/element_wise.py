"""Control: an element-wise operation on as many elements as the suspect has. No library but the driver and torch's own kernels."""
import torch

from shapes import elements


def allocate(case, device):
    count = elements(case)
    host = (torch.arange(count, dtype=torch.int64) % 1021).to(torch.float32)
    return {"host": host, "values": host.to(device)}


def run(state):
    return state["values"] * 2.0 + 1.0


def reference(state):
    return state["host"] * 2.0 + 1.0
