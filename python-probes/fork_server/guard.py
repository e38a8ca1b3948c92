"""The process above the worker. It outlives the worker and is a child subreaper too: what a killed worker leaves behind hangs below it, and is ended."""
import os
import signal
import time
from typing import NoReturn, Optional, Tuple

from . import linux, processes

NAME = "bench-guard"
END_LIMIT = 2.0  # seconds
TICK = 1.0
# A worker that is asked to end takes its time to end others.
WORKER_PATIENCE = processes.PATIENCE + 5.0
# Exit codes beyond those of a worker: it died by signal code - BY_SIGNAL; something is left that cannot be ended.
BY_SIGNAL = 192
LEFT = 191
_WATCHED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGCONT, signal.SIGHUP)


def stand_guard(channels: Tuple[int, ...]) -> int:
    """Returns in a child, which goes on as the worker; this process watches it and never returns. Returns the parent's pid.

    `channels`: descriptors that are the worker's alone. Without a guard in a container, where all ends with the first process, and where nothing more
    can be forked.
    """
    parent = os.getppid()
    own = os.getpid()
    if own == 1:
        return parent
    linux.become_subreaper()
    # Before the fork: whoever sees the worker sees by the name what stands above it.
    name = linux.process_name()
    linux.name_process(NAME)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    try:
        worker = os.fork()
    except OSError:
        linux.name_process(name)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return parent
    if worker == 0:
        linux.name_process(name)
        os.setsid()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return own
    try:
        # It is no part of the run that a probe, or the next run, would look for.
        linux.forget_environment()
        for fd in channels:
            os.close(fd)
        linux.no_core_files()
        linux.signal_on_parent_death(signal.SIGCONT)
        _guard(worker, parent)
    finally:
        os._exit(LEFT)


def _guard(worker: int, parent: int) -> NoReturn:
    status = _watch(worker, parent)
    left = processes.end_descendants(os.environ.get(processes.MARKER, ""), END_LIMIT, _reap, (parent,))
    if left:
        os.write(2, ("could not be killed: %s\n" % ", ".join(map(str, left))).encode())
        os._exit(LEFT)
    if os.WIFSIGNALED(status):
        os._exit(min(255, BY_SIGNAL + os.WTERMSIG(status)))
    os._exit(os.WEXITSTATUS(status))


def _watch(worker: int, parent: int) -> int:
    """Until the worker has ended; returns how."""
    asked: Optional[float] = None
    while True:
        status = _status_of(worker)
        if status is not None:
            return status
        heard = signal.sigtimedwait(_WATCHED, TICK)
        is_asked = heard is not None and heard.si_signo in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        if asked is None and (is_asked or os.getppid() != parent):
            asked = time.monotonic()
            _signal(worker, signal.SIGTERM)
            # A stopped one hears of it only when it goes on.
            _signal(worker, signal.SIGCONT)
        elif asked is not None and time.monotonic() - asked >= WORKER_PATIENCE:
            _signal(worker, signal.SIGKILL)


def _status_of(worker: int) -> Optional[int]:
    """Of the worker, once it has ended; orphans that were handed on to this process are waited for on the way."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return 0
        if pid == worker:
            return status
        if pid == 0:
            return None


def _reap() -> bool:
    """Whether there is no child."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return False
        except ChildProcessError:
            return True


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        pass
