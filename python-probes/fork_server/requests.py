"""What the harness may ask. Everything is checked here, so that nothing behind it has to doubt a field."""
import json
import os
from typing import Any, Dict, NamedTuple, Optional, Union

ISOLATIONS = ("fork", "spawn")
DEVICES = ("cpu", "cuda", "xpu", "simulated")
# Health probes by name, and their files in python-probes/health/.
HEALTH_PROBES = {
    "canary": "canary",
    "element-wise": "element_wise",
    "matmul": "matmul",
    "convolution-without-dnn": "conv_without_dnn",
}


class Refusal(Exception):
    """A request that cannot be done. `attempt` is the id when the request had one."""

    def __init__(self, reason: str, attempt: Optional[str] = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.attempt = attempt


class Measure(NamedTuple):
    repeats: int
    budget: float  # seconds
    verify: bool
    rtol: float
    atol: float


class Attempt(NamedTuple):
    attempt: str
    isolation: str
    case: Dict[str, Any]
    device: str
    fate: Optional[Dict[str, Any]]
    measure: Measure
    torch: Dict[str, Any]
    directory: str
    env: Dict[str, str]
    probe: Optional[str] = None
    """A health probe to run instead of the worker's own."""
    libraries: bool = False
    """Whether to tell which libraries are mapped, once the probe is over."""


class Stop(NamedTuple):
    pass


def parse(line: bytes) -> Union[Attempt, Stop]:
    """Raises Refusal with a reason that names the field."""
    try:
        request = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refusal("not a line of JSON: %s" % error)
    if not isinstance(request, dict):
        raise Refusal("a request is a JSON object")
    what = request.get("do")
    if what == "stop":
        return Stop()
    if what == "attempt":
        return parse_attempt(request)
    raise Refusal('"do" is "attempt" or "stop", not %s' % json.dumps(what)[:100])


def parse_attempt(request: Dict[str, Any]) -> Attempt:
    name = request.get("attempt")
    if not isinstance(name, str) or name == "":
        raise Refusal('"attempt" must be a text that is not empty')
    try:
        return _attempt(name, request)
    except Refusal as refusal:
        raise Refusal(refusal.reason, name)


def _attempt(name: str, request: Dict[str, Any]) -> Attempt:
    device = _one_of(request, "device", DEVICES)
    fate = request.get("fate")
    if fate is not None and not isinstance(fate, dict):
        raise Refusal('"fate" must be an object or null')
    # Nothing is simulated silently: a fate on a real device, or none on a simulated one, is a mistake of the harness.
    if (fate is not None) != (device == "simulated"):
        raise Refusal('"fate" goes with device "simulated" and with no other')
    directory = _typed(request, "directory", str)
    if not os.path.isabs(directory):
        raise Refusal('"directory" must be an absolute path')
    env = _typed(request, "env", dict)
    for key, value in env.items():
        if not isinstance(value, str) or key == "" or "=" in key or "\0" in key + value:
            raise Refusal('"env" must hold texts by names of environment variables')
    return Attempt(
        attempt=name,
        isolation=_one_of(request, "isolation", ISOLATIONS),
        case=_typed(request, "case", dict),
        device=device,
        fate=fate,
        measure=_measure(_typed(request, "measure", dict)),
        torch=_typed(request, "torch", dict),
        directory=directory,
        env=env,
        probe=None if request.get("probe") is None else _one_of(request, "probe", tuple(HEALTH_PROBES)),
        libraries=request.get("libraries") is True,
    )


def _measure(given: Dict[str, Any]) -> Measure:
    repeats = _number(given, "repeats")
    if repeats != int(repeats):
        raise Refusal('"measure.repeats" must be a whole number')
    verify = given.get("verify")
    if not isinstance(verify, bool):
        raise Refusal('"measure.verify" must be true or false')
    return Measure(int(repeats), _number(given, "budget"), verify, _number(given, "rtol"), _number(given, "atol"))


def _number(given: Dict[str, Any], field: str) -> float:
    value = given.get(field)
    # The last test is false for NaN and infinity, which Python's JSON reader accepts.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e300:
        raise Refusal('"measure.%s" must be a number that is not negative' % field)
    return value


def _typed(request: Dict[str, Any], field: str, kind: type) -> Any:
    value = request.get(field)
    if not isinstance(value, kind):
        raise Refusal('"%s" must be %s' % (field, "an object" if kind is dict else "a text"))
    return value


def _one_of(request: Dict[str, Any], field: str, allowed: tuple) -> str:
    value = request.get(field)
    if value not in allowed:
        raise Refusal('"%s" must be one of %s' % (field, ", ".join(allowed)))
    return value
