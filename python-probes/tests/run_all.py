"""Runs the suite on every Python from 3.7 to 3.13 that is found on PATH or among pyenv's versions, one line for each.

`--tier first` takes the oldest and the newest that has torch, `--tier long` all others; without it all are taken.
The last line is `N passed, M failed` (and `, K skipped`). Tests that need torch run where torch is installed.
`run_all.py --here` runs the suite on this interpreter alone and prints what it counted as one line of JSON.
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 400  # seconds for one interpreter
AT_ONCE = 2
OLDEST, NEWEST = (3, 7), (3, 13)
NAME = re.compile(r"python3(\.\d+)?$")
IDENTIFY = (
    "import json,sys,importlib.util; torch = importlib.util.find_spec('torch') is not None;"
    "print(json.dumps([sys.executable, sys.prefix, list(sys.version_info[:3]), torch]))"
)
SELF = "python-probes/tests/run_all.py"


def main(tier):
    interpreters = of_tier(tier, find_interpreters())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(run_suite, interpreters))
    for (version, executable, _), counts in zip(interpreters, results):
        torch = "with torch" if counts["torch"] else "no torch: its tests did not run"
        print("%-8s %-50s %3d passed, %d failed, %s" % (version, executable, counts["passed"], counts["failed"], torch))
        if counts["failed"]:
            print(counts["log"][counts["log"].find("\n====="):])
    skipped = sorted({reason for counts in results for reason in counts["skipped"] if reason != "torch"})
    if tier != "long" and not any(counts["torch"] for counts in results):
        skipped.append("torch: no interpreter has it")
    if not results:
        skipped.append("other Pythons: none is installed")
    for reason in skipped:
        print("SKIP %s: %s" % (SELF, reason))
    passed, failed = (sum(counts[key] for counts in results) for key in ("passed", "failed"))
    print("%d passed, %d failed%s" % (passed, failed, ", %d skipped" % len(skipped) if skipped else ""))
    return 1 if failed or not (passed or skipped) else 0


def of_tier(tier, interpreters):
    first = interpreters[:1]
    first += [one for one in interpreters[1:] if one[2]][-1:]
    return {"first": first, "long": [one for one in interpreters if one not in first], None: interpreters}[tier]


def find_interpreters():
    """(version, path, whether it has torch) of each, oldest first; pyenv's shims and links to the same interpreter count once."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    pyenv = os.path.join(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"), "versions")
    if os.path.isdir(pyenv):
        folders += [os.path.join(pyenv, name, "bin") for name in os.listdir(pyenv)]
    found = {}
    for folder in folders:
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            if NAME.match(name):
                identity = identify(os.path.join(folder, name))
                if identity is not None:
                    executable, prefix, version, torch = identity
                    if OLDEST <= tuple(version[:2]) <= NEWEST:
                        found.setdefault((tuple(version), prefix), (executable, torch))
    return [(".".join(map(str, version)), path, torch) for (version, _), (path, torch) in sorted(found.items())]


def identify(path):
    try:
        output = subprocess.check_output([path, "-c", IDENTIFY], stderr=subprocess.DEVNULL, timeout=30)
        return json.loads(output.decode("utf-8"))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def run_suite(interpreter):
    """Counts of one interpreter. A suite that does not end in time is killed with everything in its session."""
    with tempfile.TemporaryFile() as output:
        command = [interpreter[1], os.path.join(HERE, "run_all.py"), "--here"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        log = output.read().decode("utf-8", "replace")
    try:
        counts = json.loads(log.splitlines()[-1])
        counts["log"] = log
        return counts
    except (ValueError, IndexError, TypeError):
        return {"passed": 0, "failed": 1, "skipped": [], "torch": False, "log": log + "\nno result within %d s" % LIMIT}


class Counting(unittest.TextTestResult):
    """Whether testsRun counts skipped tests depends on the Python."""

    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def here():
    from harness import has_torch

    suite = unittest.defaultTestLoader.discover(HERE)
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2, resultclass=Counting).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = [reason for _, reason in result.skipped]
    print(json.dumps({"passed": result.passed, "failed": failed, "skipped": skipped, "torch": has_torch()}), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.path.insert(0, HERE)
    sys.exit(here() if sys.argv[1:] == ["--here"] else main(sys.argv[2] if sys.argv[1:2] == ["--tier"] else None))
