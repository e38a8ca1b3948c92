"""JSON lines in both directions, and their limits. Knows nothing about what the lines say."""
import json
import os
from typing import Any, Dict, Iterator, List, Tuple

LINE_LIMIT = 64 * 1024
# A worker whose reader has stalled stops reading its attempt beyond this many unsent bytes.
CONGESTED = 1024 * 1024


def encode(message: Dict[str, Any]) -> bytes:
    """One line. NaN and infinity have no JSON form and raise ValueError; lone surrogates become escapes."""
    text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"


def write_all(fd: int, data: bytes) -> None:
    """Blocking. One system call for everything that fits a pipe."""
    while data:
        data = data[os.write(fd, data):]


class LineSplitter:
    """Turns chunks into lines without their newline; what exceeds the limit is cut off and never kept in memory."""

    def __init__(self, limit: int = LINE_LIMIT) -> None:
        self._limit = limit
        self._held = b""
        self._cut = False

    def feed(self, chunk: bytes) -> Iterator[Tuple[bytes, bool]]:
        """Yields (line, was it cut)."""
        parts: List[bytes] = chunk.split(b"\n")
        for part in parts[:-1]:
            self._hold(part)
            line, cut = self._held, self._cut
            self._held, self._cut = b"", False
            yield line, cut
        self._hold(parts[-1])

    def _hold(self, part: bytes) -> None:
        room = self._limit - len(self._held)
        if len(part) > room:
            self._cut = True
        self._held += part[:room]


class Outbox:
    """Events on a non-blocking descriptor: a harness that does not read must not stop the worker from ending."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._unsent = bytearray()
        os.set_blocking(fd, False)

    @property
    def pending(self) -> bool:
        return len(self._unsent) > 0

    @property
    def congested(self) -> bool:
        return len(self._unsent) > CONGESTED

    def send(self, event: str, **fields: Any) -> None:
        message: Dict[str, Any] = {"event": event}
        message.update(fields)
        self.send_encoded(encode(message))

    def send_encoded(self, line: bytes) -> None:
        self._unsent += line
        self.flush()

    def flush(self) -> None:
        """Sends what fits. Raises BrokenPipeError when the harness is gone."""
        while self._unsent:
            try:
                count = os.write(self.fd, self._unsent)
            except BlockingIOError:
                return
            del self._unsent[:count]


def attempt_line(attempt: str, raw: bytes, cut: bool, event: str = "line") -> bytes:
    """The `line` or `sample` event for one raw line, itself never longer than LINE_LIMIT bytes."""
    text = raw.decode("utf-8", "replace")
    while True:
        message: Dict[str, Any] = {"event": event, "attempt": attempt, "line": text}
        if cut:
            message["cut"] = True
        line = encode(message)
        excess = len(line) - LINE_LIMIT
        if excess <= 0:
            return line
        # An escaped character takes up to six bytes: cut so little that nothing is lost needlessly.
        text, cut = text[:-max(1, excess // 6)], True
