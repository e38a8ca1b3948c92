"""Canary: one small element-wise operation, exact in every data type. If this fails, the suspect is not to blame.

Uses torch where the worker's probe has imported it; on a CPU without torch, plain Python.
"""
import sys

COUNT = 1024


def allocate(case, device):
    torch = sys.modules.get("torch")
    if torch is None and device != "cpu":
        import torch
    if torch is None:
        return {"values": [float(number) for number in range(COUNT)]}
    # Made on the host and copied: one copy and one kernel are all that the device has to do.
    return {"values": torch.arange(COUNT, dtype=torch.float32).to(device)}


def run(state):
    values = state["values"]
    if isinstance(values, list):
        return [2.0 * value + 1.0 for value in values]
    return values * 2.0 + 1.0


def reference(state):
    return [2.0 * number + 1.0 for number in range(COUNT)]


def compare(output, expected, rtol, atol):
    result = output if isinstance(output, list) else output.cpu().tolist()
    return result == expected, max(abs(one - two) for one, two in zip(result, expected))
