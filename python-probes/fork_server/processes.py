"""Which processes descend from this one, and how to end them all in bounded time."""
import os
import signal
import time
from typing import Callable, Dict, List, Set

MARKER = "BENCH_WORKER"
PATIENCE = 30.0  # seconds
VAIN_ROUNDS = 20


def end_descendants(marker: str, limit: float, reap: Callable[[], None]) -> List[int]:
    """Kills every descendant and every process that carries the marker, again and again until none is left.

    Gives up after `limit` seconds on what no signal reaches, and returns those pids: they sit in state D, or are not ours to kill.
    Whatever else is left dies as soon as the machine lets it run, and is waited for up to PATIENCE.
    `reap` collects dead children.
    """
    began = time.monotonic()
    pause = 0.002
    in_vain = 0
    while True:
        reap()
        # One that forks while it is looked for is found in the next round.
        victims = _victims(marker)
        reached = [pid for pid, state in victims.items() if _kill(pid) and state != b"D"]
        # Rounds in a row: this process may itself have stood still for the whole limit, and state D may last for a moment only.
        in_vain = 0 if reached else in_vain + 1
        spent = time.monotonic() - began
        if not victims or (spent >= limit and in_vain >= VAIN_ROUNDS) or spent >= PATIENCE:
            return sorted(victims)
        time.sleep(pause)
        pause = min(pause * 2, 0.05)


def _kill(pid: int) -> bool:
    """False when the signal cannot be sent to it. One that is gone by now is none of those."""
    try:
        os.kill(pid, signal.SIGKILL)
    except PermissionError:
        return False
    except OSError:
        pass
    return True


def _victims(marker: str) -> Dict[int, bytes]:
    """State letters by pid."""
    own = os.getpid()
    parents: Dict[int, int] = {}
    states: Dict[int, bytes] = {}
    found: Set[int] = set()
    entry = ("%s=%s" % (MARKER, marker)).encode("utf-8", "surrogateescape")
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        pid = int(name)
        try:
            with open("/proc/%d/stat" % pid, "rb") as stat:
                # The command may hold spaces and parentheses: fields are counted from the last one.
                fields = stat.read().rpartition(b")")[2].split()
            if fields[0] in (b"Z", b"X"):
                continue
            parents[pid] = int(fields[1])
            states[pid] = fields[0]
            if marker and pid != own:
                with open("/proc/%d/environ" % pid, "rb") as environ:
                    if entry in environ.read().split(b"\0"):
                        found.add(pid)
        except OSError:
            continue
    return {pid: states[pid] for pid in found | _descendants(own, parents)}


def _descendants(root: int, parents: Dict[int, int]) -> Set[int]:
    children: Dict[int, List[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    found: Set[int] = set()
    open_ends = [root]
    while open_ends:
        for pid in children.get(open_ends.pop(), []):
            if pid not in found:
                found.add(pid)
                open_ends.append(pid)
    return found
