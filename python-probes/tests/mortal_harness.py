"""A harness that a test kills: starts a worker, prints the pids of the worker and of a hanging attempt, and waits."""
import sys
import time

from harness import Worker

worker = Worker("--probe", sys.argv[1])
pids = [worker.until_event("hello")["pid"]]
if len(sys.argv) > 2:
    worker.ready().start(case={"how": "ignore_term"})
    pids.append(worker.until_event("started")["pid"])
    worker.until_phase("first-run")
print(*pids, flush=True)
time.sleep(60)
