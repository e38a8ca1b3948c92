"""Which processes descend from this one, and how to end them all in bounded time.

This process is a child subreaper: whatever descends from it hangs below it, or below one that does. So its list of children is a proof. As long as
anything is left it is not empty, and when the kernel says that there is no child, nothing is left, however fast a family starts itself anew.
"""
import os
import signal
import time
from typing import Callable, Collection, Dict, List, NamedTuple, Optional, Set

MARKER = "BENCH_WORKER"
PATIENCE = 30.0  # seconds
VAIN_ROUNDS = 20
# A family that forks and ends every millisecond is gone before a look through /proc is over: its members are killed in the moment in which they are seen.
CHASE = 0.02  # seconds


def end_descendants(marker: str, limit: float, reap: Callable[[], bool], spare: Collection[int] = ()) -> List[int]:
    """Kills every descendant and every process that carries the marker, again and again until the kernel says that no child is left.

    Gives up after `limit` seconds on what no signal reaches, and returns those pids: they sit in state D, or are not ours to kill.
    Whatever else is left dies as soon as the machine lets it run, and is waited for up to PATIENCE.
    `reap` collects dead children and tells whether there is no child at all. `spare`: pids that carry the marker and stay.
    """
    began = time.monotonic()
    pause = 0.002
    in_vain = 0
    while True:
        childless = _chase(reap)
        # One that forks while it is looked for is found in the next round.
        victims = _victims(marker, spare)
        if not victims and childless:
            return []
        # Not D alone: what no scan finds and is there nevertheless has been killed by the chase, or will be.
        reached = [pid for pid, state in victims.items() if _kill(pid) and state != b"D"]
        # Rounds in a row: this process may itself have stood still for the whole limit, and state D may last for a moment only.
        in_vain = 0 if reached or not victims else in_vain + 1
        spent = time.monotonic() - began
        if (spent >= limit and in_vain >= VAIN_ROUNDS) or spent >= PATIENCE:
            return sorted(victims or children() or [])
        time.sleep(pause)
        pause = min(pause * 2, 0.05)


def children(pid: str = "self") -> Optional[List[int]]:
    """Of all its threads, dead ones that were not waited for included; None when the kernel does not tell."""
    found: List[int] = []
    try:
        for thread in os.listdir("/proc/%s/task" % pid):
            with open("/proc/%s/task/%s/children" % (pid, thread), "rb") as file:
                found += map(int, file.read().split())
    except OSError:
        return None
    return found


def _chase(reap: Callable[[], bool]) -> bool:
    """Kills each child as soon as it is seen, for a moment. Whether none is left."""
    end = time.monotonic() + CHASE
    while not reap():
        for pid in children() or []:
            _kill(pid)
        if time.monotonic() >= end:
            return reap()
    return True


def _kill(pid: int) -> bool:
    """False when the signal cannot be sent to it. One that is gone by now is none of those."""
    try:
        os.kill(pid, signal.SIGKILL)
    except PermissionError:
        return False
    except OSError:
        pass
    return True


class _Seen(NamedTuple):
    parent: int
    state: bytes
    thread: str
    """Whose files tell of the process."""


def _victims(marker: str, spare: Collection[int]) -> Dict[int, bytes]:
    """State letters by pid."""
    own = os.getpid()
    seen: Dict[int, _Seen] = {}
    found: Set[int] = set()
    entry = ("%s=%s" % (MARKER, marker)).encode("utf-8", "surrogateescape")
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        pid = int(name)
        try:
            look = _look(pid)
            if look is None:
                continue
            seen[pid] = look
            if marker and pid != own and pid not in spare:
                with open("/proc/%d/task/%s/environ" % (pid, look.thread), "rb") as environ:
                    if entry in environ.read().split(b"\0"):
                        found.add(pid)
        except OSError:
            continue
    return {pid: seen[pid].state for pid in found | _descendants(own, seen)}


def _look(pid: int) -> Optional[_Seen]:
    """None when it is dead. A process whose first thread has ended lives on in the others."""
    fields = _stat("/proc/%d/stat" % pid)
    parent, threads = int(fields[1]), int(fields[17])
    if fields[0] not in (b"Z", b"X"):
        return _Seen(parent, fields[0], str(pid))
    if fields[0] == b"X" or threads < 2:
        return None
    for thread in os.listdir("/proc/%d/task" % pid):
        try:
            state = _stat("/proc/%d/task/%s/stat" % (pid, thread))[0]
        except OSError:
            continue
        if state not in (b"Z", b"X"):
            return _Seen(parent, state, thread)
    return None


def _stat(path: str) -> List[bytes]:
    """From the state on. The command may hold spaces and parentheses: fields are counted from the last one."""
    with open(path, "rb") as file:
        return file.read().rpartition(b")")[2].split()


def _descendants(root: int, seen: Dict[int, _Seen]) -> Set[int]:
    below: Dict[int, List[int]] = {}
    for pid, look in seen.items():
        below.setdefault(look.parent, []).append(pid)
    found: Set[int] = set()
    open_ends = [root]
    while open_ends:
        for pid in below.get(open_ends.pop(), []):
            if pid not in found:
                found.add(pid)
                open_ends.append(pid)
    return found
