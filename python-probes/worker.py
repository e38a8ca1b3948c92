"""The fork server of one environment and setting: PROTOCOL.md says how it is started and what it says.

PYTHON -u worker.py --probe /abs/probe.py     imports the probe once and makes a process for every attempt
PYTHON -u worker.py --simulated               the same for a simulated card, which needs no probe
"""
import faulthandler
import fcntl
import gc
import os
import signal
import sys
from types import ModuleType
from typing import NoReturn, Optional, Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
# Python leaves it out when PYTHONSAFEPATH is set. The probe's folder takes this place later.
if not sys.path or sys.path[0] != HERE:
    sys.path.insert(0, HERE)

from fork_server import attempt, failures, guard, linux, probe_file, server, versions, wire

EVENTS = 3
# Above what a library may take for granted, and out of the way of the files that a probe opens.
HIGH = 64
PROTOCOL = 1


def main(arguments: Sequence[str]) -> int:
    if len(arguments) >= 3 and arguments[0] == "--attempt":
        channel, began, rest = int(arguments[1]), float(arguments[2]), arguments[3:]
        attempt.run_fresh(channel, began, lambda: load(rest))
    if not _understood(arguments):
        sys.stderr.write(__doc__ or "")
        return 2
    return serve(arguments)


def _understood(arguments: Sequence[str]) -> bool:
    if list(arguments) == ["--simulated"]:
        return True
    return len(arguments) == 2 and arguments[0] == "--probe" and os.path.isabs(arguments[1])


def load(arguments: Sequence[str]) -> Optional[ModuleType]:
    return probe_file.load(arguments[1]) if arguments[0] == "--probe" else None


def serve(arguments: Sequence[str]) -> int:
    try:
        os.fstat(EVENTS)
    except OSError:
        sys.stderr.write("worker.py is started by bench: file descriptor 3, its event channel, is not open\n")
        return 2
    parent = guard.stand_guard((0, EVENTS))
    # Kept from everything that a probe starts: a process that outlives its attempt must not hold them open.
    events = fcntl.fcntl(EVENTS, fcntl.F_DUPFD_CLOEXEC, HIGH)
    os.close(EVENTS)
    stdin = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, HIGH)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    # An import that hangs runs no handler: until it is through, the death of the harness is a SIGKILL.
    linux.signal_on_parent_death(signal.SIGKILL)
    linux.become_subreaper()
    linux.no_core_files()
    faulthandler.enable(all_threads=True)
    faulthandler.register(signal.SIGUSR1, all_threads=True, chain=False)
    outbox = wire.Outbox(events)
    fresh = attempt.Fresh(arguments, dict(os.environ), os.path.abspath(__file__))
    executable = sys.executable
    outbox.send("hello", protocol=PROTOCOL, pid=os.getpid(), python=sys.version.split()[0], executable=executable)
    try:
        probe = load(arguments)
    except BaseException as error:
        outbox.send("failed", error=failures.describe(error))
        _leave(1)
    outbox.send("ready", versions=versions.collect())
    # Children write to the pages of every object whose count they touch; a collection would touch them all.
    gc.collect()
    gc.freeze()
    failures.flush_python_streams()
    linux.flush_c_streams()
    _leave(server.Server(parent, stdin, outbox, probe, fresh).run())


def _leave(code: int) -> NoReturn:
    """Without the destructors of the libraries that a probe brought along: they have hung before."""
    failures.flush_python_streams()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
