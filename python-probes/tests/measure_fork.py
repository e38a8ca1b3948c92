"""What an attempt through the fork server costs beside the least that it can cost. Run by hand; prints milliseconds.

bare: fork, one Conv2d 16->32 at 64x64, os._exit, wait. The others: the same convolution as an attempt, from request to exit.
fresh: a new interpreter for each.
"""
import gc
import os
import subprocess
import sys
import time

from harness import MEASURE, Worker, built_in

CASE = {"in_channels": 16, "out_channels": 32, "size": 64}
ROUNDS = 30


def median(once, rounds=ROUNDS):
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        once()
        times.append(time.perf_counter() - began)
    return sorted(times)[len(times) // 2] * 1000


def fork(child):
    pid = os.fork()
    if pid == 0:
        child()
        os._exit(0)
    os.waitpid(pid, 0)


def main():
    import torch

    def convolve():
        torch.nn.functional.conv2d(torch.randn(1, 16, 64, 64), torch.randn(32, 16, 3, 3), padding=1)

    gc.collect()
    gc.freeze()
    with Worker("--probe", built_in("conv2d.py")) as worker:
        worker.ready()
        # One after the other in every round, so that a busy machine slows all of them.
        plans = {
            "bare": lambda: fork(convolve),
            "attempt, one run": lambda: worker.attempt(case=CASE, measure=dict(MEASURE, verify=False)),
            "attempt, 3 repeats": lambda: worker.attempt(case=CASE, measure=dict(MEASURE, repeats=3, verify=False)),
            "attempt, 3 repeats, verified": lambda: worker.attempt(case=CASE, measure=dict(MEASURE, repeats=3)),
        }
        times = {name: [] for name in plans}
        for _ in range(ROUNDS):
            for name, plan in plans.items():
                times[name].append(median(plan, 1))
    results = {name: sorted(values)[len(values) // 2] for name, values in times.items()}
    code = "import torch; torch.nn.functional.conv2d(torch.randn(1, 16, 64, 64), torch.randn(32, 16, 3, 3), padding=1)"
    results["fresh interpreter"] = median(lambda: subprocess.check_call([sys.executable, "-c", code]), 3)
    for name, value in results.items():
        print("%-30s %8.1f ms %8.2f x bare" % (name, value, value / results["bare"]))


if __name__ == "__main__":
    main()
