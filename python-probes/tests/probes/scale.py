"""Multiplies a list of numbers. `wrong` is added to the last element; `by` is the factor."""


def work(case):
    return {"flops": case["size"], "bytes": 16 * case["size"]}


def allocate(case, device):
    return {"numbers": [float(n) for n in range(case["size"])], "by": case.get("by", 2), "wrong": case.get("wrong", 0)}


def run(state):
    output = [n * state["by"] for n in state["numbers"]]
    output[-1] += state["wrong"]
    return output


def reference(state):
    return [n * state["by"] for n in state["numbers"]]
