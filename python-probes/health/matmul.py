"""Control: the matrix product that the suspected convolution comes down to, by rocBLAS or cuBLAS and without MIOpen or cuDNN."""
import torch

from shapes import matrices


def tolerance(case, device):
    # NVIDIA cards may round the inputs to TF32.
    return (5e-3, 5e-3) if device == "cuda" and torch.version.hip is None else (1e-3, 1e-3)


def allocate(case, device):
    m, k, n = matrices(case)
    generator = torch.Generator()
    generator.manual_seed(1)
    # Sums of products are about 1 in size, whatever the number of terms.
    host = (torch.empty(m, k).uniform_(-1.7, 1.7, generator=generator), torch.empty(k, n).uniform_(-1.7, 1.7, generator=generator) / k**0.5)
    return {"host": host, "operands": tuple(one.to(device) for one in host)}


def run(state):
    return torch.matmul(*state["operands"])


def reference(state):
    return torch.matmul(*state["host"])


def compare(output, expected, rtol, atol):
    error = (output.cpu() - expected).abs()
    largest = float(error.max())
    return bool((error <= atol + rtol * expected.abs()).all()), largest
