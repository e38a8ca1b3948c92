"""The lines of an attempt on its own channel. A probe with main(case, device, report) holds one of these."""
import math
import time
from typing import Any, Dict, Optional, Sequence

from . import wire
from .check import Check, compare
from .failures import classify, describe
from .requests import Measure

PHASES = ("start", "import", "device", "allocate", "first-run", "steady", "verify")
# The worker passes on 10,000 lines; these limits keep a probe's `done` from being one too many.
RUN_LINES = 4000


class Report:
    def __init__(self, channel: int, began: float, measure: Optional[Measure] = None) -> None:
        """channel: file descriptor. began: time.monotonic() at the process's begin, which `t` counts from."""
        self.measure = measure
        self._channel = channel
        self._began = began
        self._phase = -1
        self._runs = 0
        self._progressed = 0
        self._last_progress = 0.0

    def phase(self, name: str) -> None:
        """A phase begins. Phases may be left out, but never go back."""
        if name not in PHASES:
            raise ValueError("unknown phase %r: a phase is one of %s" % (name, ", ".join(PHASES)))
        position = PHASES.index(name)
        if position <= self._phase:
            raise ValueError("phase %r cannot come after %r" % (name, PHASES[self._phase]))
        self._phase = position
        self._send({"phase": name, "t": self._now()})

    def progress(self, text: str) -> None:
        """The probe is alive and getting on, which extends the deadline. Lines that come too fast are left out."""
        now = time.monotonic()
        if self._progressed and now - self._last_progress < self._spacing():
            return
        self._progressed += 1
        self._last_progress = now
        self._send({"progress": str(text)[:500], "t": self._now()})

    def first(self, seconds: float) -> None:
        """The first run is done and synchronised."""
        self._send({"first": float(seconds)})

    def run(self, seconds: float) -> None:
        """One repeated run is done and synchronised. At most RUN_LINES are told."""
        self._runs += 1
        if self._runs <= RUN_LINES:
            self._send({"run": float(seconds)})

    def work(self, flops: Optional[float], bytes: Optional[float]) -> None:
        """What one run computes and moves; None where it is not known."""
        self._send({"work": {"flops": _finite(flops), "bytes": _finite(bytes)}})

    def compare(self, output: Any, expected: Any) -> None:
        """Compares with the matrix's tolerances and tells the result."""
        measure = self.measure
        assert measure is not None
        self.check(compare(output, expected, measure.rtol, measure.atol))

    def check(self, check: Check) -> None:
        """An error that is NaN or infinite matches nothing, whatever the check says; JSON spells it null."""
        if not math.isfinite(check.tolerance):
            raise ValueError("a tolerance must be a finite number, not %r" % check.tolerance)
        max_error = _finite(check.max_error)
        matches = bool(check.matches) and (check.max_error is None or max_error is not None)
        self._send({"check": {"matches": matches, "maxError": max_error, "tolerance": float(check.tolerance)}})

    def error(self, error: BaseException) -> None:
        told = describe(error)
        told["class"] = classify(error)
        self._send({"error": told})

    def libraries(self, paths: Sequence[str]) -> None:
        """Shared libraries that are mapped, as paths."""
        self._send({"libraries": list(paths)})

    def done(self) -> None:
        self._send({"done": True})

    def _spacing(self) -> float:
        """Seconds between two progress lines: many at first, fewer in a phase that lasts for hours."""
        if self._progressed < 2000:
            return 0.02
        return 1.0 if self._progressed < 4000 else 5.0

    def _now(self) -> float:
        return round(time.monotonic() - self._began, 6)

    def _send(self, line: Dict[str, Any]) -> None:
        wire.write_all(self._channel, wire.encode(line))


def _finite(value: Optional[float]) -> Optional[float]:
    """None for NaN and infinity, which JSON has no word for."""
    return None if value is None or not math.isfinite(value) else float(value)
