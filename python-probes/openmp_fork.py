"""Probe: a real hang on the CPU. A process whose parent has run with two OpenMP threads or more waits for ever in its first
parallel region: libgomp believes that the threads of its pool, which a fork does not copy, are still there.

The attempt's process runs one convolution, forks, and its child goes on as the probe. Parameters: those of conv2d.
The setting's torch switch num_threads decides: with 1 every shape passes.
"""
import os

import conv2d
import torch

work = conv2d.work
tolerance = conv2d.tolerance
run = conv2d.run
reference = conv2d.reference
compare = conv2d.compare


def allocate(case, device):
    # At least as large as what OpenMP shares among threads, whatever the case is.
    torch.ones(1 << 20).add_(1)
    state = conv2d.allocate(case, device)
    conv2d.run(state)
    child = os.fork()
    if child != 0:
        _end_like(child)
    return state


def _end_like(child):
    """The attempt ends as its child does."""
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))
