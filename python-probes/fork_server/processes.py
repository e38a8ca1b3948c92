"""Which processes descend from this one, and how to end them all in bounded time."""
import os
import signal
import time
from typing import Callable, Dict, List, Set

MARKER = "BENCH_WORKER"
ROUNDS = 20


def end_descendants(marker: str, limit: float, reap: Callable[[], None]) -> List[int]:
    """Kills every descendant and every process that carries the marker, again and again for at most `limit` seconds, or ROUNDS
    times, if this process is let run so seldom that its time is over before.

    Returns the pids that are still there: they sit in state D and no signal reaches them. `reap` collects dead children.
    """
    give_up = time.monotonic() + limit
    pause = 0.002
    rounds = 0
    while True:
        reap()
        # One that forks while it is looked for is found in the next round.
        left = sorted(_victims(marker))
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        rounds += 1
        if not left or (rounds >= ROUNDS and time.monotonic() >= give_up):
            return left
        time.sleep(pause)
        pause = min(pause * 2, 0.05)


def _victims(marker: str) -> Set[int]:
    own = os.getpid()
    parents: Dict[int, int] = {}
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
            if marker and pid != own:
                with open("/proc/%d/environ" % pid, "rb") as environ:
                    if entry in environ.read().split(b"\0"):
                        found.add(pid)
        except OSError:
            continue
    return found | _descendants(own, parents)


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
