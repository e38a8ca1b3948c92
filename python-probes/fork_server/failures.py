"""Turns what a probe raised into the `error` line: its class and texts that fit."""
import errno
import re
import sys
import traceback
from typing import Any, Dict

_CLASSES = (
    (
        "no-binary",
        re.compile(
            "no kernel image|invalid device function|kernel image is invalid|hipErrorNoBinaryForGpu|Unable to find code object"
        ),
    ),
    ("out-of-memory", re.compile("out of memory", re.IGNORECASE)),
    ("miopen-error", re.compile("miopenStatus|MIOpen Error|valid cuDNN algorithm|No suitable algorithm")),
)
# Characters. All of them escaped twice still fit a line of 64 KiB.
MESSAGE_LIMIT = 1500
TRACEBACK_LIMIT = 6000


# A full disk says nothing of the cell.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Unready(Exception):
    """The attempt's own files cannot be opened: the probe has not even begun."""


def classify(error: BaseException) -> str:
    if isinstance(error, Unready) or (isinstance(error, OSError) and error.errno in _NO_ROOM):
        return "harness"
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return "out-of-memory"
    text = str(error)
    for name, pattern in _CLASSES:
        if pattern.search(text):
            return name
    return "other"


def describe(error: BaseException) -> Dict[str, Any]:
    """type, message, traceback: for the `error` line and the `failed` event."""
    message = str(error)
    if isinstance(error, SystemExit):
        message = "the probe called sys.exit(%s): a probe returns when it is done" % message
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return {
        "type": type(error).__name__,
        "message": message[:MESSAGE_LIMIT],
        "traceback": whole_lines(trace, TRACEBACK_LIMIT),
    }


def whole_lines(text: str, most: int) -> str:
    """The end of a text from a whole line on: half a path can no longer be hidden by the harness."""
    if len(text) <= most:
        return text
    end = text[-most:]
    line_end = end.find("\n")
    return end[line_end + 1 :] if 0 <= line_end < most // 2 else re.sub(r"^[^\s\"'<>|:;,()=]+", "", end)


def flush_python_streams() -> None:
    """os._exit flushes nothing. A probe may have closed or replaced its streams."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
