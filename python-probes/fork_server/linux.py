"""What Python has no function for: parent-death signal, child subreaper, no core files."""
import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

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
