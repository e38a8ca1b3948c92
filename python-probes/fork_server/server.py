"""The worker's loop: one request, one process, its lines passed on unread, its exit told."""
import errno
import os
import select
import signal
import socket
import sys
import time
from types import ModuleType
from typing import Any, List, Optional, Tuple

from . import attempt, linux, processes, requests, wire

LINES_PER_ATTEMPT = 10000
# Of the lines beyond those one is passed on every so many seconds: a probe that goes on heartbeating is not silent.
SAMPLE_SECONDS = 0.1
# More than a socket holds: the rest comes from a process that outlived the attempt, and nobody waits for that one.
DRAIN_LIMIT = 1024 * 1024
END_LIMIT = 2.0  # seconds
# Only a safety net: everything that matters wakes the loop.
TICK_MS = 1000
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD, signal.SIGCONT)


class Running:
    """The attempt that runs now."""

    def __init__(self, name: str, pid: int, channel: int, began: float) -> None:
        """began: time.monotonic() before the fork."""
        self.name = name
        self.pid = pid
        self.channel = channel
        self.began = began
        self.splitter = wire.LineSplitter()
        self.announced = False
        self.lines = 0
        self.dropped = 0
        self.sampled = 0.0


class Server:
    def __init__(self, parent: int, stdin: int, outbox: wire.Outbox, probe: Optional[ModuleType], fresh: attempt.Fresh) -> None:
        self._parent = parent
        self._stdin = stdin
        self._outbox = outbox
        self._probe = probe
        self._fresh = fresh
        self._splitter = wire.LineSplitter()
        self._running: Optional[Running] = None
        self._ending: Optional[int] = None
        self._wake, self._wake_writer = os.pipe()

    def run(self) -> int:
        """Until the end; returns the exit code. Everything that descends from this process is dead then, if it can die."""
        os.set_blocking(self._stdin, False)
        self._watch_signals()
        try:
            while self._ending is None:
                self._turn()
        except BrokenPipeError:
            self._ending = 1
        self._end_all()
        return self._ending

    def _watch_signals(self) -> None:
        os.set_blocking(self._wake, False)
        os.set_blocking(self._wake_writer, False)
        for number in _SIGNALS:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._wake_writer)
        # SIGCONT, because a probe may have stopped this process: any other signal but SIGKILL would wait, and SIGKILL would leave
        # the descendants behind.
        linux.signal_on_parent_death(signal.SIGCONT)
        self._end_if_orphaned()

    def _end_if_orphaned(self) -> None:
        if self._ending is None and os.getppid() != self._parent:
            self._ending = 128 + signal.SIGTERM

    def _turn(self) -> None:
        running = self._running
        poll = select.poll()
        poll.register(self._stdin, select.POLLIN)
        poll.register(self._wake, select.POLLIN)
        # Without a flag only its error is reported: the harness is gone.
        poll.register(self._outbox.fd, select.POLLOUT if self._outbox.pending else 0)
        if running is not None and running.channel >= 0 and not self._outbox.congested:
            poll.register(running.channel, select.POLLIN)
        ready = dict(poll.poll(TICK_MS))
        if self._outbox.fd in ready:
            if ready[self._outbox.fd] & (select.POLLERR | select.POLLHUP | select.POLLNVAL):
                raise BrokenPipeError()
            self._outbox.flush()
        if self._wake in ready:
            self._hear_signals()
        if self._ending is not None:
            # Whoever ends this process may have ended its attempt in the same moment: what becomes of that is nobody's verdict any more.
            return
        if running is not None and running.channel in ready:
            self._relay(running)
        self._reap()
        if self._stdin in ready:
            self._hear_requests()

    def _hear_signals(self) -> None:
        for number in os.read(self._wake, 4096):
            if number in (signal.SIGTERM, signal.SIGINT):
                self._ending = 128 + number
            elif number == signal.SIGCONT:
                self._end_if_orphaned()

    def _hear_requests(self) -> None:
        chunk = _read(self._stdin)
        if chunk is None:
            return
        if chunk == b"":
            self._ending = 0
            return
        for line, cut in self._splitter.feed(chunk):
            if self._ending is None and line.strip():
                self._answer(line, cut)

    def _answer(self, line: bytes, cut: bool) -> None:
        try:
            if cut:
                raise requests.Refusal("a request is at most %d bytes" % wire.LINE_LIMIT)
            request = requests.parse(line)
            if isinstance(request, requests.Stop):
                self._ending = 0
            else:
                self._start(request, line)
        except requests.Refusal as refusal:
            self._outbox.send("refused", attempt=refusal.attempt, reason=refusal.reason)

    def _start(self, request: requests.Attempt, raw: bytes) -> None:
        if self._running is not None:
            raise requests.Refusal("attempt %s is still running" % self._running.name, request.attempt)
        if self._probe is None and request.fate is None:
            raise requests.Refusal("this worker was started with --simulated and has no probe", request.attempt)
        # No pipe: whoever may look at our descriptors below /proc can open that, and read away what the attempt says.
        reader, writer = (end.detach() for end in socket.socketpair())
        own = (self._outbox.fd, self._stdin, self._wake, self._wake_writer, reader)
        origin = attempt.Origin(os.getpid(), writer, own)
        # A signal meant for the child must not reach the worker by the wake-up pipe that both have until the child lets go.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        # Before the fork: on a crowded machine the child may run for long before the worker goes on.
        began = time.monotonic()
        try:
            pid = os.fork()
            if pid == 0:
                if request.isolation == "spawn":
                    attempt.run_spawned(origin, self._fresh, request, raw)
                attempt.run_forked(origin, self._probe, request)
        except OSError as error:
            os.close(reader)
            raise requests.Refusal("cannot fork: %s" % error, request.attempt)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            os.close(writer)
        os.set_blocking(reader, False)
        self._running = Running(request.attempt, pid, reader, began)

    def _relay(self, running: Running) -> bool:
        """Passes on what is there now. False when there is nothing more for the moment."""
        chunk = _read(running.channel)
        if chunk == b"":
            os.close(running.channel)
            running.channel = -1
        if not chunk:
            return False
        self._announce(running)
        for line, cut in running.splitter.feed(chunk):
            if running.lines < LINES_PER_ATTEMPT:
                running.lines += 1
                self._outbox.send_encoded(wire.attempt_line(running.name, line, cut))
            else:
                running.dropped += 1
                self._sample(running, line, cut)
        return True

    def _sample(self, running: Running, line: bytes, cut: bool) -> None:
        now = time.monotonic()
        if now - running.sampled >= SAMPLE_SECONDS:
            running.sampled = now
            self._outbox.send_encoded(wire.attempt_line(running.name, line, cut, "sample"))

    def _announce(self, running: Running) -> None:
        """The first line comes after setsid: only now may the harness signal the group."""
        if not running.announced:
            running.announced = True
            self._outbox.send("started", attempt=running.name, pid=running.pid)

    def _reap(self) -> bool:
        """Whether this process has no child."""
        dead, childless = _dead_children()
        for pid, status, usage in dead:
            running = self._running
            if running is not None and pid == running.pid:
                self._finish(running, status, usage)
        return childless

    def _finish(self, running: Running, status: int, usage: Any) -> None:
        seconds = time.monotonic() - running.began
        drained = 0
        while running.channel >= 0 and drained < DRAIN_LIMIT and self._relay(running):
            drained += 65536
        if running.channel >= 0:
            os.close(running.channel)
        self._announce(running)
        signalled = os.WIFSIGNALED(status)
        how = {"signal": linux.signal_name(os.WTERMSIG(status))} if signalled else {"code": os.WEXITSTATUS(status)}
        self._outbox.send(
            "exited",
            attempt=running.name,
            seconds=round(seconds, 6),
            cpu=round(usage.ru_utime + usage.ru_stime, 6),
            maxrss=usage.ru_maxrss,
            dropped=running.dropped,
            **how
        )
        self._running = None

    def _end_all(self) -> None:
        # Its end is our doing: told as `exited` it would be the probe's.
        running, self._running = self._running, None
        if running is not None:
            try:
                os.killpg(running.pid, signal.SIGKILL)
            except OSError:
                pass
        marker = self._fresh.environ.get(processes.MARKER, "")
        # The parent may be the guard, which carries the marker and ends last.
        left = processes.end_descendants(marker, END_LIMIT, self._reap, (os.getppid(),))
        if left:
            sys.stderr.write("could not be killed: %s\n" % ", ".join(map(str, left)))
        self._reap()


def _read(fd: int) -> Optional[bytes]:
    """b"" at the end, None when there is nothing now."""
    try:
        return os.read(fd, 65536)
    except BlockingIOError:
        return None
    except OSError as error:
        # A socket whose other end was closed with data unread.
        if error.errno == errno.ECONNRESET:
            return b""
        raise


def _dead_children() -> Tuple[List[Tuple[int, int, Any]], bool]:
    """Every child that has ended, adopted ones included, and whether none is left."""
    found: List[Tuple[int, int, Any]] = []
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return found, True
        if pid == 0:
            return found, False
        found.append((pid, status, usage))
