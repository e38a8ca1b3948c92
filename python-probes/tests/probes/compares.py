"""Brings its own compare() and tolerance()."""


def allocate(case, device):
    return case


def run(case):
    return case["output"]


def reference(case):
    return "abc"


def tolerance(case, device):
    return 0.5, 0.25


def compare(output, expected, rtol, atol):
    assert (rtol, atol) == (0.5, 0.25)
    if isinstance(output, float):
        # As a comparison with NaN goes wrong: it is never above the tolerance.
        return not output > rtol, output
    return output.lower() == expected
