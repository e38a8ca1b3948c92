"""The attempt's own process: from the fork until os._exit. Nothing of the worker goes on in it."""
import errno
import faulthandler
import json
import os
import signal
import stat
import sys
import time
import traceback
from types import ModuleType
from typing import Any, Callable, Dict, NamedTuple, NoReturn, Optional, Sequence

from . import driver, linux, mapped, probe_file, simulated, wire
from .failures import Unready, flush_python_streams
from .report import Report
from .requests import HEALTH_PROBES, Attempt, parse_attempt

# Kept for as long as the process lives: faulthandler writes to its descriptor.
_stacks: Any = None


class Origin(NamedTuple):
    """What the new process has from the worker."""

    worker_pid: int
    channel: int
    close: Sequence[int]
    """The worker's own descriptors."""


class Fresh(NamedTuple):
    """How to start the fresh interpreter of a spawned attempt."""

    arguments: Sequence[str]
    """The worker's own, such as `--probe /abs/probe.py`."""
    environ: Dict[str, str]
    """As the worker was given it, before a probe's import could change it."""
    entry: str


def run_forked(origin: Origin, probe: Optional[ModuleType], request: Attempt) -> NoReturn:
    """The child of a fork. Signals are still blocked."""

    def go(began: float) -> NoReturn:
        report = Report(origin.channel, began, request.measure)
        report.phase("start")
        _finish(report, lambda: _attempt(probe, request, report))

    _enter(origin, go)


def run_spawned(origin: Origin, fresh: Fresh, request: Attempt, raw: bytes) -> NoReturn:
    """The child of a fork that becomes a fresh interpreter. `raw` is the request line."""

    def go(began: float) -> NoReturn:
        report = Report(origin.channel, began)
        report.phase("start")
        _finish(report, lambda: _exec(origin, fresh, request, raw, began))

    _enter(origin, go)


def run_fresh(channel: int, began: float, load: Callable[[], Optional[ModuleType]]) -> NoReturn:
    """The fresh interpreter goes on where run_spawned ended: the request lies on standard input."""
    os.set_inheritable(channel, False)
    with os.fdopen(os.dup(0), "rb") as stdin:
        raw = stdin.read()
    _standard_input_from_null()
    request = parse_attempt(json.loads(raw.decode("utf-8")))
    faulthandler.enable(all_threads=True)
    report = Report(channel, began, request.measure)

    def go() -> None:
        report.phase("import")
        _ready(lambda: _open_stacks(request.directory))
        probe = load()
        driver_or_simulation(probe, request, report)

    _finish(report, go)


def driver_or_simulation(probe: Optional[ModuleType], request: Attempt, report: Report) -> None:
    if request.fate is not None:
        simulated.act(request.fate, request.measure, report)
    elif probe is None:
        raise RuntimeError("this worker was started with --simulated and has no probe")
    else:
        driver.drive(probe if request.probe is None else _health_probe(request.probe), request, report)
        if request.libraries:
            report.libraries(mapped.libraries())


def _health_probe(name: str) -> ModuleType:
    folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "health")
    return probe_file.load(os.path.join(folder, HEALTH_PROBES[name] + ".py"))


def _attempt(probe: Optional[ModuleType], request: Attempt, report: Report) -> None:
    _ready(lambda: _open_output(request.directory))
    _ready(lambda: _open_stacks(request.directory))
    os.environ.update(request.env)
    driver_or_simulation(probe, request, report)


def _enter(origin: Origin, go: Callable[[float], NoReturn]) -> NoReturn:
    """Takes the process out of the worker: signals, session, parent-death signal, descriptors."""
    try:
        began = time.monotonic()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGCONT):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        linux.signal_on_parent_death(signal.SIGKILL)
        if os.getppid() != origin.worker_pid:
            os._exit(1)
        for fd in origin.close:
            os.close(fd)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        go(began)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _finish(report: Report, body: Callable[[], None]) -> NoReturn:
    """Runs the body, tells how it went and leaves. SystemExit and KeyboardInterrupt of a probe are errors too."""
    code = 1
    try:
        try:
            body()
            report.done()
            code = 0
        except BaseException as error:
            report.error(error)
        flush_python_streams()
    finally:
        os._exit(code)


def _ready(open_files: Callable[[], None]) -> None:
    try:
        open_files()
    except OSError as error:
        raise Unready("the attempt's files cannot be opened: %s" % error)


def _open_own(directory: str, name: str) -> int:
    """For appending. What an earlier attempt put in its place is not followed, and nobody waits for the other end of a pipe."""
    path = os.path.join(directory, name)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "not a regular file", path)
    os.set_blocking(fd, True)
    return fd


def _open_output(directory: str) -> None:
    for name, target in (("stdout", 1), ("stderr", 2)):
        fd = _open_own(directory, name)
        os.dup2(fd, target)
        os.close(fd)


def _open_stacks(directory: str) -> None:
    global _stacks
    _stacks = os.fdopen(_open_own(directory, "stacks"), "ab", buffering=0)
    faulthandler.register(signal.SIGUSR1, file=_stacks, all_threads=True, chain=False)


def _lay_on_stdin(directory: str, raw: bytes) -> None:
    # The request goes by an unlinked file: a pipe need not hold a whole line before its reader exists.
    path = os.path.join(directory, ".request")
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    os.unlink(path)
    wire.write_all(fd, raw)
    os.lseek(fd, 0, os.SEEK_SET)
    os.dup2(fd, 0)


def _standard_input_from_null() -> None:
    fd = os.open(os.devnull, os.O_RDONLY)
    os.dup2(fd, 0)
    os.close(fd)


def _exec(origin: Origin, fresh: Fresh, request: Attempt, raw: bytes, began: float) -> None:
    _ready(lambda: _open_output(request.directory))
    _ready(lambda: _lay_on_stdin(request.directory, raw))
    os.set_inheritable(origin.channel, True)
    # A request for stacks that comes before the new interpreter can answer must not kill it.
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    environ = dict(fresh.environ)
    environ.update(request.env)
    command = [sys.executable, "-u", fresh.entry, "--attempt", str(origin.channel), repr(began)]
    os.execve(sys.executable, command + list(fresh.arguments), environ)
