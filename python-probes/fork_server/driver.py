"""Takes a probe through its phases in the attempt's process."""
import time
from types import ModuleType
from typing import Any, Dict, Optional, Tuple

from . import torch_runtime
from .check import Check, compare
from .probe_file import has
from .report import Report
from .requests import Attempt


class MissingParameter(KeyError):
    def __str__(self) -> str:
        return str(self.args[0])


class Case(dict):
    """The cell's parameters. A name that is not among them is explained, as it is usually a slip in the matrix."""

    def __missing__(self, name: str) -> Any:
        known = ", ".join(sorted(self)) or "no parameters at all"
        raise MissingParameter("the case has no parameter %r; it has %s" % (name, known))


def drive(probe: ModuleType, request: Attempt, report: Report) -> None:
    """Returns when the probe is through. Whatever the probe raises comes out unchanged."""
    torch_runtime.apply_switches(request.torch)
    case = Case(request.case)
    report.phase("device")
    torch_runtime.open_device(request.device)
    report.phase("allocate")
    if has(probe, "main"):
        probe.main(case, request.device, report)
        torch_runtime.synchronise(request.device)
        return
    if has(probe, "work"):
        _tell_work(probe.work(case), report)
    state = probe.allocate(case, request.device)
    torch_runtime.synchronise(request.device)
    output = _measure(probe, state, request, report)
    if request.measure.verify and has(probe, "reference"):
        report.phase("verify")
        report.check(_verify(probe, case, state, output, request))


def _measure(probe: ModuleType, state: Any, request: Attempt, report: Report) -> Any:
    """The first run and the repeated ones; the last output."""
    report.phase("first-run")
    seconds, output = _timed(probe, state, request.device)
    report.first(seconds)
    if request.measure.repeats > 0:
        report.phase("steady")
    spent = 0.0
    for count in range(request.measure.repeats):
        if count and spent >= request.measure.budget:
            break
        # Two outputs at a time would need more of the card's memory than the probe asked for.
        output = None
        seconds, output = _timed(probe, state, request.device)
        spent += seconds
        report.run(seconds)
    return output


def _timed(probe: ModuleType, state: Any, device: str) -> Tuple[float, Any]:
    began = time.perf_counter()
    output = probe.run(state)
    torch_runtime.synchronise(device)
    return time.perf_counter() - began, output


def _verify(probe: ModuleType, case: Case, state: Any, output: Any, request: Attempt) -> Check:
    rtol, atol = request.measure.rtol, request.measure.atol
    if has(probe, "tolerance"):
        floors = probe.tolerance(case, request.device)
        rtol, atol = max(rtol, floors[0]), max(atol, floors[1])
    expected = probe.reference(state)
    if not has(probe, "compare"):
        return compare(output, expected, rtol, atol)
    answer = probe.compare(output, expected, rtol, atol)
    if isinstance(answer, Check):
        return answer
    matches, max_error = answer if isinstance(answer, tuple) else (answer, None)
    return Check(bool(matches), None if max_error is None else float(max_error), float(atol))


def _tell_work(work: Dict[str, Optional[float]], report: Report) -> None:
    unknown = set(work) - {"flops", "bytes"}
    if unknown:
        raise ValueError("work() returns flops and bytes, not %s" % ", ".join(sorted(map(str, unknown))))
    report.work(work.get("flops"), work.get("bytes"))
