"""What Python has no function for: parent-death signal, child subreaper, no core files."""
import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NAME = 15

_libc = ctypes.CDLL(None, use_errno=True)
_prctl = _libc.prctl
_prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
_prctl.restype = ctypes.c_int


def _call(option: int, value: int) -> None:
    if _prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, "prctl(%d): %s" % (option, os.strerror(number)))


def signal_on_parent_death(number: int) -> None:
    """The kernel sends signal `number` when the parent dies. Survives exec, not fork.

    A parent that died before this call is not noticed: compare os.getppid() afterwards.
    """
    _call(_PR_SET_PDEATHSIG, number)


def become_subreaper() -> None:
    """Orphaned descendants become children of this process instead of init's."""
    _call(_PR_SET_CHILD_SUBREAPER, 1)


def process_name() -> str:
    with open("/proc/self/comm") as file:
        return file.read().rstrip("\n")


def name_process(name: str) -> None:
    """At most 15 bytes, as /proc/<pid>/stat shows them."""
    buffer = ctypes.create_string_buffer(name.encode(), 16)
    _call(_PR_SET_NAME, ctypes.addressof(buffer))


def forget_environment() -> None:
    """/proc/<pid>/environ shows nothing of it any more. C code that asks for a variable afterwards finds none; os.environ is a copy."""
    with open("/proc/self/stat", "rb") as file:
        # Fields 50 and 51 of the line; the first after the command is the third.
        begin, end = map(int, file.read().rpartition(b")")[2].split()[47:49])
    ctypes.memset(begin, 0, end - begin)


def no_core_files() -> None:
    """A crash that a matrix counts on must not leave gigabytes behind. Inherited by every child."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def flush_c_streams() -> None:
    """What C code printed while the probe was imported must not be printed again by every child."""
    _libc.fflush(None)


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "SIG%d" % number
