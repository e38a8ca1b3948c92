"""A harness that a test kills: starts a worker, prints the pids of the worker, of a hanging attempt,
of its child in another session and of a process that holds the worker's channels open, and waits."""
import os
import signal
import subprocess
import sys
import time

from harness import Worker, children_of, eventually

worker = Worker("--probe", sys.argv[1])
pids = [worker.until_event("hello")["pid"]]
if len(sys.argv) > 2:
    worker.ready().start(case={"how": "leave_session", "hang": True})
    pids.append(worker.until_event("started")["pid"])
    eventually(lambda: children_of(pids[1]) != [], "the grandchild")
    pids += children_of(pids[1])
assert worker.process.stdin is not None
# With both ends held open only the death of the parent is left to tell.
held = [worker.process.stdin.fileno(), worker._events]
holder = subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL, pass_fds=held)
if "stopped" in sys.argv:
    os.kill(pids[0], signal.SIGSTOP)
print(*pids, holder.pid, flush=True)
time.sleep(600)
