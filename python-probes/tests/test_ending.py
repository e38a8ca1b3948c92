"""However a worker ends, nothing of it stays behind that can be killed, and it ends soon."""
import array
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
import unittest

from harness import FOLDER, LIMIT, Worker, alive, children_of, eventually, guard, probe

FREEZER = "/sys/fs/cgroup/freezer"
SOON = 30  # seconds: two on a machine that has time for it


def unread(fd):
    """Bytes that a pipe holds."""
    count = array.array("i", [0])
    fcntl.ioctl(fd, termios.FIONREAD, count)
    return count[0]


class Ending(unittest.TestCase):
    def busy(self, **case):
        worker = Worker("--probe", probe("odd.py"))
        self.addCleanup(worker.__exit__)
        worker.ready().start(case=case)
        worker.pid = worker.until_event("started")["pid"]
        worker.until_phase("first-run")
        return worker

    def nothing_left(self, worker):
        eventually(lambda: worker.marked() == [], "nothing carries the marker")

    def test_end_of_input(self):
        for how in ("sleep", "ignore_term"):
            worker = self.busy(how=how)
            began = time.monotonic()
            worker.close_stdin()
            self.assertEqual(worker.ended(), 0)
            self.assertLess(time.monotonic() - began, SOON)
            self.assertFalse(alive(worker.pid))
            self.nothing_left(worker)

    def test_end_of_input_takes_other_sessions_along(self):
        worker = self.busy(how="leave_session", hang=True)
        eventually(lambda: len(worker.marked()) == 3, "worker, attempt and grandchild")
        worker.close_stdin()
        self.assertEqual(worker.ended(), 0)
        self.nothing_left(worker)

    def test_end_of_input_takes_what_lost_the_marker_and_what_only_has_the_marker(self):
        worker = self.busy(how="leave_session", hang=True, unmarked=True)
        stranger = subprocess.Popen(["sleep", "3600"], env={"PATH": os.environ["PATH"], "BENCH_WORKER": worker.marker})
        self.addCleanup(stranger.wait, LIMIT)
        self.addCleanup(stranger.kill)
        children = lambda: [pid for pid in children_of(worker.pid) if alive(pid)]
        eventually(lambda: len(children()) == 2, "both grandchildren")
        grandchildren = children()
        eventually(lambda: len(worker.marked()) == 4, "worker, attempt, one grandchild and the stranger")
        worker.close_stdin()
        self.assertEqual(worker.ended(), 0)
        self.assertEqual([pid for pid in grandchildren if alive(pid)], [])
        self.assertEqual(stranger.wait(LIMIT), -signal.SIGKILL)

    def test_term_takes_everything_along(self):
        worker = self.busy(how="leave_session", hang=True)
        eventually(lambda: len(worker.marked()) == 3, "worker, attempt and grandchild")
        os.kill(worker.inner, signal.SIGTERM)
        self.assertEqual(worker.ended(), 128 + signal.SIGTERM)
        self.nothing_left(worker)

    def test_the_end_of_its_attempt_is_not_told_as_the_attempts_own(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            worker = self.busy(how="sleep")
            os.kill(worker.inner, number)
            self.assertEqual(worker.ended(), 128 + number)
            with self.assertRaises(EOFError):
                while True:
                    self.assertNotEqual(worker.next()["event"], "exited")

    def test_stopped_attempt(self):
        worker = self.busy(how="sleep")
        os.kill(worker.pid, signal.SIGSTOP)
        worker.close_stdin()
        self.assertEqual(worker.ended(), 0)
        self.nothing_left(worker)

    def test_a_limit_that_passed_while_it_stood_still_does_not_make_the_killed_unkillable(self):
        code = (
            "import subprocess, sys; sys.path.insert(0, sys.argv[1])\n"
            "from fork_server.processes import end_descendants\n"
            "child = subprocess.Popen(['sleep', '3600'])\n"
            "print(end_descendants('', 0.0, lambda: child.poll() is not None), child.wait())"
        )
        self.assertEqual(subprocess.check_output([sys.executable, "-c", code, FOLDER]).split(), [b"[]", b"-9"])

    def test_killed_worker_takes_its_attempt_along(self):
        for isolation in ("fork", "spawn"):
            worker = Worker("--probe", probe("odd.py"))
            self.addCleanup(worker.__exit__)
            worker.ready().start(case={"how": "ignore_term"}, isolation=isolation)
            worker.until_phase("first-run")
            os.kill(worker.inner, signal.SIGKILL)
            self.assertEqual(worker.ended(), -signal.SIGKILL)
            self.nothing_left(worker)

    def test_killed_guard_takes_its_worker_along(self):
        worker = self.busy(how="ignore_term")
        os.kill(worker.process.pid, signal.SIGKILL)
        self.assertEqual(worker.ended(), -signal.SIGKILL)
        self.nothing_left(worker)

    def test_what_a_killed_worker_leaves_without_its_marker_ends_with_it(self):
        worker = self.busy(how="leave_session", hang=True)
        eventually(lambda: children_of(worker.pid) != [], "the grandchild")
        grandchildren = children_of(worker.pid)
        os.kill(worker.inner, signal.SIGKILL)
        self.assertEqual(worker.ended(), -signal.SIGKILL)
        self.assertEqual([pid for pid in grandchildren if alive(pid)], [])
        self.nothing_left(worker)

    def test_harness_that_stops_listening(self):
        worker = self.busy(how="sleep")
        os.dup2(os.open(os.devnull, os.O_RDONLY), worker._events)
        self.assertEqual(worker.ended(), 1)
        self.nothing_left(worker)

    def test_harness_that_does_not_read_does_not_keep_the_worker_from_ending(self):
        worker = Worker("--probe", probe("odd.py"))
        self.addCleanup(worker.__exit__)
        worker.ready().start(case={"how": "flood", "line": "x" * 1000, "lines": 9000})
        worker.until_phase("first-run")
        # 64 KiB are never quite used: a page holds whole events.
        eventually(lambda: unread(worker._events) > 40000, "the channel is full")
        worker.close_stdin()
        self.assertEqual(worker.ended(), 0)
        self.nothing_left(worker)

    def test_killed_harness(self):
        for name, args in (("odd.py", ["attempt"]), ("odd.py", ["attempt", "stopped"]), ("hangs_at_import.py", [])):
            folder = tempfile.mkdtemp(prefix="bench-probe-test-")
            self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
            parent = subprocess.Popen(
                [sys.executable, os.path.join(FOLDER, "tests", "mortal_harness.py"), probe(name)] + args,
                stdout=subprocess.PIPE,
                # It is killed before it can clear up.
                env=dict(os.environ, TMPDIR=folder),
            )
            self.addCleanup(parent.kill)
            self.addCleanup(parent.stdout.close)
            pids = [int(word) for word in parent.stdout.readline().split()]
            self.assertEqual(len(pids), 4 if args else 2)
            # It keeps the worker's channels open, so that only the death of the parent tells.
            holder = pids.pop()
            self.addCleanup(os.kill, holder, signal.SIGKILL)
            parent.kill()
            parent.wait(LIMIT)
            for pid in pids:
                eventually(lambda: not alive(pid), "pid %d is gone" % pid)

    @unittest.skipUnless(os.access(FREEZER, os.W_OK), "frozen: no writable cgroup-v1 freezer")
    def test_frozen_attempt(self):
        worker = self.busy(how="sleep")
        group = "%s/bench-test-%d" % (FREEZER, worker.pid)
        os.mkdir(group)
        try:
            self.put(group, "cgroup.procs", worker.pid)
            self.put(group, "freezer.state", "FROZEN")
            eventually(lambda: self.get(group, "freezer.state") == "FROZEN", "it is frozen")
            began = time.monotonic()
            worker.close_stdin()
            self.assertEqual(worker.ended(), guard.LEFT)
            self.assertLess(time.monotonic() - began, SOON)
            self.assertIn("could not be killed: %d" % worker.pid, worker.read("worker.stderr"))
        finally:
            self.put(group, "freezer.state", "THAWED")
            eventually(lambda: not alive(worker.pid), "dies when thawed")
            eventually(lambda: self.removed(group), "the group is empty")

    def put(self, group, name, value):
        with open(os.path.join(group, name), "w") as file:
            file.write(str(value))

    def get(self, group, name):
        with open(os.path.join(group, name)) as file:
            return file.read().strip()

    def removed(self, group):
        try:
            os.rmdir(group)
        except OSError:
            return False
        return True


if __name__ == "__main__":
    unittest.main()
