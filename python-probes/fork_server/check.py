"""Compares a result with its reference: |output - expected| <= atol + rtol * |expected|, for every element.

The largest error is reported with its element's tolerance; of a result that does not match, the largest among the elements
that exceed theirs. So `matches` always says the same as `max_error <= tolerance`.
"""
import math
import sys
from typing import Any, List, NamedTuple, Optional, Tuple


class Check(NamedTuple):
    matches: bool
    max_error: Optional[float]  # None: NaN or infinity in the output or in the reference
    tolerance: float


def compare(output: Any, expected: Any, rtol: float, atol: float) -> Check:
    """Tensors, numbers, and lists, tuples or dicts of them. Raises TypeError or ValueError when the two differ in structure."""
    parts: List[Check] = []
    _collect(output, expected, rtol, atol, "the output", parts)
    if not parts:
        return Check(True, 0.0, atol)
    return max(parts, key=_weight)


def _weight(check: Check) -> Tuple[bool, float]:
    return (not check.matches, math.inf if check.max_error is None else check.max_error)


def _collect(output: Any, expected: Any, rtol: float, atol: float, where: str, parts: List[Check]) -> None:
    torch = sys.modules.get("torch")
    if torch is not None and (isinstance(output, torch.Tensor) or isinstance(expected, torch.Tensor)):
        parts.append(_tensors(torch, output, expected, rtol, atol, where))
        return
    output, expected = _plain(output), _plain(expected)
    if isinstance(output, dict) and isinstance(expected, dict):
        if set(output) != set(expected):
            raise ValueError("%s has the keys %s, the reference %s" % (where, sorted(map(str, output)), sorted(map(str, expected))))
        for key in output:
            _collect(output[key], expected[key], rtol, atol, "%s[%r]" % (where, key), parts)
    elif isinstance(output, (list, tuple)) and isinstance(expected, (list, tuple)):
        if len(output) != len(expected):
            raise ValueError("%s has %d elements, the reference %d" % (where, len(output), len(expected)))
        for index, pair in enumerate(zip(output, expected)):
            _collect(pair[0], pair[1], rtol, atol, "%s[%d]" % (where, index), parts)
    elif isinstance(output, (int, float, complex)) and isinstance(expected, (int, float, complex)):
        parts.append(_numbers(output, expected, rtol, atol))
    else:
        raise TypeError(
            "%s is %s and the reference %s: compare() is needed for these" % (where, type(output).__name__, type(expected).__name__)
        )


def _plain(value: Any) -> Any:
    """numpy arrays and scalars as lists and numbers."""
    if isinstance(value, (dict, list, tuple, int, float, complex)):
        return value
    return value.tolist() if hasattr(value, "tolist") else value


def _numbers(output: Any, expected: Any, rtol: float, atol: float) -> Check:
    tolerance = atol + rtol * abs(expected)
    error = float(abs(output - expected))
    if not math.isfinite(error) or not math.isfinite(tolerance):
        return Check(False, None, atol)
    return Check(error <= tolerance, error, tolerance)


def _tensors(torch: Any, output: Any, expected: Any, rtol: float, atol: float, where: str) -> Check:
    output, expected = (_double(torch, torch.as_tensor(value)) for value in (output, expected))
    if output.shape != expected.shape:
        raise ValueError("%s has the shape %s, the reference %s" % (where, list(output.shape), list(expected.shape)))
    if output.numel() == 0:
        return Check(True, 0.0, atol)
    error = (output - expected).abs()
    # inf - inf is NaN, so this sees every NaN and infinity of both.
    if not bool(torch.isfinite(error).all()):
        return Check(False, None, atol)
    tolerance = expected.abs() * rtol + atol
    exceeds = error > tolerance
    decisive = int((error * exceeds if bool(exceeds.any()) else error).argmax())
    worst, allowed = float(error.reshape(-1)[decisive]), float(tolerance.reshape(-1)[decisive])
    return Check(worst <= allowed, worst, allowed)


def _double(torch: Any, tensor: Any) -> Any:
    tensor = tensor.detach().cpu()
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor)
    return tensor.to(torch.float64)
