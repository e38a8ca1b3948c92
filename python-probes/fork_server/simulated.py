"""Acts out the fate of one attempt on a simulated card, in the attempt's real process. See harness/model/attempt/fate.ts.

Waiting is real (card seconds times `time_scale`); the times that it reports are the card's own.
"""
import faulthandler
import os
import signal
import time
from typing import Any, Callable, Dict

from .check import Check
from .report import Report
from .requests import Measure

_SEARCH_BEGINS = "MIOpen(HIP): Warning [SearchImpl] Searching the best solution in the 9 dim space. Please, be patient...\n"
_RUNS_LEFT = "MIOpen(HIP): Warning [SearchImpl] Runs left: %d, min time so far: 120.078, curr time: 949.031\n"
_NO_BINARY = "hipErrorNoBinaryForGpu: Unable to find code object for all current devices!"
_FOREVER = 3600


def act(fate: Dict[str, Any], measure: Measure, report: Report) -> None:
    kind = fate.get("kind")
    if kind not in _FATES:
        raise ValueError("unknown fate %r; known: %s" % (kind, ", ".join(_FATES)))
    scale = float(fate.get("time_scale", 1))
    if kind == "hang":
        # Whoever hears of the phase finds everything in place, the ignored signals too.
        _prepare_hang(fate)
    strikes = fate.get("phase", "first-run")
    for phase in ("device", "allocate"):
        report.phase(phase)
        if phase == strikes:
            _FATES[kind](fate, measure, report, scale)
    report.phase("first-run")
    if strikes in ("steady", "verify"):
        report.first(0.0)
        report.phase(strikes)
    if strikes in ("device", "allocate"):
        # Only a search comes here; what it delayed then passes.
        _pass({"seconds": 0.0}, measure, report, scale)
    else:
        _FATES[kind](fate, measure, report, scale)


def _pass(fate: Dict[str, Any], measure: Measure, report: Report, scale: float) -> None:
    _succeed(float(fate.get("seconds", 0.2)), measure, report, scale, Check(True, 0.0, measure.atol))


def _wrong_result(fate: Dict[str, Any], measure: Measure, report: Report, scale: float) -> None:
    _succeed(0.0, measure, report, scale, Check(False, fate.get("max_error"), measure.atol))


def _slow_search(fate: Dict[str, Any], measure: Measure, report: Report, scale: float) -> None:
    seconds = float(fate["seconds"])
    began = time.monotonic()
    # A line about every second of the card, as MIOpen prints them, but no flood from a very long search.
    lines = max(2, min(600, int(seconds)))
    _print(_SEARCH_BEGINS)
    for number in range(1, lines + 1):
        _sleep_until(began + seconds * scale * number / lines)
        _print(_RUNS_LEFT % (lines - number))
    check = Check(True, 0.0, measure.atol)
    if fate.get("phase", "first-run") == "first-run":
        report.first(seconds)
        _steady(0.0, measure, report, scale)
        _check(measure, report, check)
    elif fate["phase"] == "verify":
        report.check(check)


def _succeed(seconds: float, measure: Measure, report: Report, scale: float, check: Check) -> None:
    time.sleep(seconds * scale)
    report.first(seconds)
    _steady(seconds / 10, measure, report, scale)
    _check(measure, report, check)


def _steady(seconds: float, measure: Measure, report: Report, scale: float) -> None:
    if measure.repeats > 0:
        report.phase("steady")
    spent = 0.0
    for count in range(measure.repeats):
        if count and spent >= measure.budget:
            return
        time.sleep(seconds * scale)
        spent += seconds
        report.run(seconds)


def _check(measure: Measure, report: Report, check: Check) -> None:
    if measure.verify:
        report.phase("verify")
        report.check(check)


def _prepare_hang(fate: Dict[str, Any]) -> None:
    if fate.get("ignore_term"):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, signal.SIG_IGN)
    if fate.get("grandchild"):
        _leave_behind(lambda: None)
    if fate.get("new_session"):
        _leave_behind(os.setsid)


def _hang(fate: Dict[str, Any], measure: Measure, report: Report, scale: float) -> None:
    if fate.get("activity") == "compiling":
        _leave_behind(_pose_as_compiler)
    if fate.get("activity") == "busy":
        while True:
            pass
    _sleep_for_ever()


def _leave_behind(prepare: Callable[[], None]) -> None:
    """A grandchild that keeps every descriptor of the attempt, standard output among them, and never ends."""
    ready, done = os.pipe()
    if os.fork() == 0:
        prepare()
        os.write(done, b"x")
        _sleep_for_ever()
    # It has left the group before the hang begins, however busy the machine is.
    os.read(ready, 1)
    os.close(ready)
    os.close(done)


def _pose_as_compiler() -> None:
    with open("/proc/self/comm", "w") as file:
        file.write("clang-17")


def _crash(fate: Dict[str, Any], measure: Measure, report: Report, scale: float) -> None:
    number = signal.Signals[fate["signal"]]
    log = fate.get("log", "")
    if log:
        _print(log + "\n")
    # The default handler, not faulthandler's: its "Fatal Python error" would be a second log signature.
    faulthandler.disable()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    _sleep_for_ever()


def _no_binary(fate: Dict[str, Any], measure: Measure, report: Report, scale: float) -> None:
    _print(_NO_BINARY + "\n")
    raise RuntimeError("HIP error: no kernel image is available for execution on the device")


def _print(text: str) -> None:
    os.write(2, text.encode("utf-8", "replace"))


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _sleep_for_ever() -> None:
    while True:
        time.sleep(_FOREVER)


_FATES = {
    "pass": _pass,
    "hang": _hang,
    "slow-search": _slow_search,
    "crash": _crash,
    "wrong-result": _wrong_result,
    "no-binary": _no_binary,
}
