"""A harness for tests: starts worker.py as the real one does, and waits for nothing without a limit."""
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from typing import Any, Callable, Dict, List, Optional

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WORKER = os.path.join(FOLDER, "worker.py")
sys.path.insert(0, FOLDER)

from fork_server import guard

PROBES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "probes")
LIMIT = 60.0  # seconds; every wait here ends by then
Event = Dict[str, Any]
MEASURE = {"repeats": 0, "budget": 1, "verify": True, "rtol": 1e-3, "atol": 1e-4}


class Worker:
    """One worker in a folder of its own. Use it with `with`: what is left of it is killed at the end."""

    def __init__(self, *arguments: str, env: Optional[Dict[str, str]] = None, cwd: str = "/") -> None:
        self.folder = tempfile.mkdtemp(prefix="bench-probe-test-")
        self.marker = uuid.uuid4().hex
        self._count = 0
        self._held = b""
        self.seen: List[Event] = []
        variables = {"PATH": os.environ.get("PATH", ""), "BENCH_WORKER": self.marker}
        variables.update(env or {})
        reader, writer = os.pipe()
        self._events = reader
        with open(self.path("worker.stdout"), "wb") as out, open(self.path("worker.stderr"), "wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-u", WORKER] + list(arguments),
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                env=variables,
                cwd=cwd,
                # subprocess cannot choose a descriptor's number.
                close_fds=False,
                preexec_fn=lambda: _put(writer, 3),
                start_new_session=True,
            )
        os.close(writer)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: Any) -> None:
        for pid in self.marked():
            _kill(pid, signal.SIGKILL)
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
        except OSError:
            pass
        self.process.kill()
        self.process.wait(LIMIT)
        os.close(self._events)
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *names: str) -> str:
        return os.path.join(self.folder, *names)

    def read(self, *names: str) -> str:
        with open(self.path(*names), errors="replace") as file:
            return file.read()

    def send_raw(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, request: Dict[str, Any]) -> None:
        self.send_raw(json.dumps(request).encode("utf-8") + b"\n")

    def close_stdin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def request(self, **fields: Any) -> Dict[str, Any]:
        """A full attempt request with a folder of its own."""
        self._count += 1
        name = "a%d" % self._count
        os.mkdir(self.path(name))
        request: Dict[str, Any] = {"do": "attempt", "attempt": name, "isolation": "fork", "case": {}, "device": "cpu"}
        request.update({"fate": None, "torch": {}, "directory": self.path(name), "env": {}})
        request["measure"] = dict(MEASURE)
        request.update(fields)
        return request

    def start(self, **fields: Any) -> str:
        """Sends an attempt and returns its id."""
        request = self.request(**fields)
        self.send(request)
        return request["attempt"]

    def attempt(self, **fields: Any) -> "Result":
        """One attempt from the request to its exit."""
        return self.result(self.start(**fields))

    def result(self, name: str) -> "Result":
        self.until(lambda event: event["event"] == "exited" and event["attempt"] == name)
        return Result(name, [event for event in self.seen if event.get("attempt") == name])

    def simulate(self, **fate: Any) -> "Result":
        return self.attempt(device="simulated", fate=fate)

    def next(self, limit: float = LIMIT) -> Event:
        """The next event. Raises EOFError at the end of the channel and TimeoutError when nothing comes."""
        give_up = time.monotonic() + limit
        while b"\n" not in self._held:
            left = give_up - time.monotonic()
            if left <= 0 or not select.select([self._events], [], [], left)[0]:
                raise TimeoutError("no event; seen: %s; stderr: %s" % (str(self.seen[-5:])[-2000:], self.read("worker.stderr")[-2000:]))
            chunk = os.read(self._events, 65536)
            if not chunk:
                raise EOFError("the worker closed its channel; stderr: %s" % self.read("worker.stderr")[-2000:])
            self._held += chunk
        line, _, self._held = self._held.partition(b"\n")
        event = json.loads(line.decode("utf-8"))
        event["bytes"] = len(line)
        self.seen.append(event)
        return event

    def until(self, wanted: Callable[[Event], bool]) -> Event:
        give_up = time.monotonic() + LIMIT
        while True:
            event = self.next(give_up - time.monotonic())
            if wanted(event):
                return event

    def until_event(self, kind: str) -> Event:
        return self.until(lambda event: event["event"] == kind)

    def until_phase(self, phase: str) -> Event:
        return self.until(lambda event: event["event"] == "line" and json.loads(event["line"]).get("phase") == phase)

    def ready(self) -> "Worker":
        self.until_event("ready")
        return self

    def ended(self) -> int:
        """Exit code of the worker, minus the number for a signal."""
        code = self.process.wait(LIMIT)
        return guard.BY_SIGNAL - code if code > guard.BY_SIGNAL else code

    @property
    def inner(self) -> int:
        """Pid of the worker, below its guard, once it has said hello."""
        return next(event["pid"] for event in self.seen if event["event"] == "hello")

    def marked(self) -> List[int]:
        """Living processes that carry this worker's marker."""
        entry = b"BENCH_WORKER=" + self.marker.encode("ascii")
        found = []
        for name in os.listdir("/proc"):
            try:
                with open("/proc/%d/environ" % int(name), "rb") as environ:
                    if entry in environ.read().split(b"\0"):
                        found.append(int(name))
            except (ValueError, OSError):
                continue
        return found

    def children(self) -> List[str]:
        """State letters of the worker's children."""
        return [fields[0] for fields in map(stat, children_of(self.inner)) if fields]


class Result:
    """What the worker told of one attempt."""

    def __init__(self, name: str, events: List[Event]) -> None:
        self.name = name
        self.events = events
        self.exited = events[-1]
        self.lines = [json.loads(event["line"]) for event in events if event["event"] == "line" and "cut" not in event]
        self.phases = [line["phase"] for line in self.lines if "phase" in line]

    @property
    def done(self) -> bool:
        return {"done": True} in self.lines

    def all(self, key: str) -> List[Any]:
        return [line[key] for line in self.lines if key in line]

    def one(self, key: str) -> Any:
        found = self.all(key)
        assert len(found) == 1, "%d lines %r in %s" % (len(found), key, self.lines)
        return found[0]


def eventually(condition: Callable[[], bool], what: str, limit: float = LIMIT) -> None:
    give_up = time.monotonic() + limit
    while not condition():
        if time.monotonic() > give_up:
            raise AssertionError("not within %g s: %s" % (limit, what))
        time.sleep(0.01)


def stat(pid: int) -> List[str]:
    """The fields of /proc/PID/stat from the state on; empty when there is no such process."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []


def children_of(parent: int) -> List[int]:
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in pids if stat(pid)[1:2] == [str(parent)]]


def cpu_seconds(pid: int) -> float:
    fields = stat(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def alive(pid: int) -> bool:
    """False for a zombie too."""
    fields = stat(pid)
    return bool(fields) and fields[0] not in "ZX"


def probe(name: str) -> str:
    return os.path.join(PROBES, name)


def built_in(name: str) -> str:
    return os.path.join(FOLDER, name)


def has_torch() -> bool:
    import importlib.util

    return importlib.util.find_spec("torch") is not None


def _put(fd: int, number: int) -> None:
    os.dup2(fd, number)
    os.set_inheritable(number, True)
    # What the caller of the tests left open is not the worker's.
    os.closerange(number + 1, 1024)


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        pass
