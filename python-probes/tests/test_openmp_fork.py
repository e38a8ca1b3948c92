"""A real hang: two OpenMP threads before a fork. Needs torch."""
import os
import re
import signal
import unittest

from harness import Worker, alive, built_in, children_of, eventually, has_torch

CASE = {"in_channels": 16, "out_channels": 32, "size": 16}
# On one core libgomp makes no second thread unless it is told to; the switch tells it.
THREADS = ({"num_threads": 1}, {"num_threads": 2})


@unittest.skipUnless(has_torch(), "torch")
class OpenMpFork(unittest.TestCase):
    def setUp(self):
        self.worker = Worker("--probe", built_in("openmp_fork.py"))
        self.addCleanup(self.worker.__exit__)
        self.worker.ready()

    def test_one_thread_passes(self):
        for isolation in ("fork", "spawn"):
            result = self.worker.attempt(case=CASE, torch=THREADS[0], isolation=isolation)
            self.assertTrue(result.done, result.lines)
            self.assertTrue(result.one("check")["matches"])
            self.assertEqual(result.exited["code"], 0)

    def test_two_threads_hang_in_the_first_run(self):
        for isolation in ("fork", "spawn"):
            for size in (4, 64):
                name = self.worker.start(case=dict(CASE, size=size), torch=THREADS[1], isolation=isolation)
                pid = self.worker.until(lambda event: event["event"] == "started" and event["attempt"] == name)["pid"]
                self.worker.until_phase("first-run")
                (child,) = children_of(pid)
                eventually(lambda: self.wait_channel(child).startswith("futex"), "waits for a futex")
                self.stays_silent(child)
                # The fork may return in the child long before it does in the parent.
                eventually(lambda: self.wait_channel(pid).startswith("do_wait"), "the parent waits for its child")
                # One after the other: two dumps at a time into one file run into each other.
                os.kill(pid, signal.SIGUSR1)
                eventually(lambda: self.dumped(name, r'openmp_fork.py", line \d+ in _end_like$', 1), "the parent's stack")
                os.kill(child, signal.SIGUSR1)
                eventually(lambda: self.dumped(name, r'conv2d.py", line \d+ in run$', 2), "the child's stack")
                os.killpg(pid, signal.SIGTERM)
                self.assertEqual(self.worker.result(name).exited["signal"], "SIGTERM")
                eventually(lambda: not alive(child), "the child is gone")

    def test_the_attempt_ends_as_its_child_does(self):
        name = self.worker.start(case=CASE, torch=THREADS[1])
        pid = self.worker.until_event("started")["pid"]
        self.worker.until_phase("first-run")
        (child,) = children_of(pid)
        os.kill(child, signal.SIGKILL)
        self.assertEqual(self.worker.result(name).exited["signal"], "SIGKILL")

    def dumped(self, name, frame, dumps):
        """Whether so many whole dumps are there and one has the frame."""
        stacks = self.worker.read(name, "stacks")
        return len(re.findall("in <module>$", stacks, re.M)) == dumps and re.search(frame, stacks, re.M) is not None

    def stays_silent(self, pid):
        with self.assertRaises(TimeoutError):
            self.worker.next(1.0)
        self.assertTrue(self.wait_channel(pid).startswith("futex"))

    def wait_channel(self, pid):
        with open("/proc/%d/wchan" % pid) as file:
            return file.read()


if __name__ == "__main__":
    unittest.main()
