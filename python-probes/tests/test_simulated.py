"""Every fate is acted out by a real process."""
import os
import re
import signal
import time
import unittest

from harness import MEASURE, Worker, alive, cpu_seconds, eventually, probe, stat


class Simulated(unittest.TestCase):
    def setUp(self):
        self.worker = Worker("--simulated")
        self.addCleanup(self.worker.__exit__)
        self.worker.ready()

    def hang(self, **fate):
        name = self.worker.start(device="simulated", fate=dict(fate, kind="hang"))
        pid = self.worker.until(lambda event: event["event"] == "started" and event["attempt"] == name)["pid"]
        self.worker.until_phase("first-run")
        return name, pid

    def test_ready_without_torch(self):
        self.assertIsNone(self.worker.seen[-1]["versions"]["torch"])

    def test_pass_in_either_isolation(self):
        measure = dict(MEASURE, repeats=2)
        for isolation, phases in (("fork", ["start"]), ("spawn", ["start", "import"])):
            result = self.worker.attempt(device="simulated", isolation=isolation, fate={"kind": "pass", "seconds": 0.05}, measure=measure)
            self.assertEqual(result.phases, phases + ["device", "allocate", "first-run", "steady", "verify"])
            self.assertTrue(result.one("check")["matches"])
            self.assertEqual([result.one("first")] + result.all("run"), [0.05, 0.005, 0.005])
            self.assertTrue(result.done)

    def test_time_scale_turns_card_seconds_into_wall_seconds(self):
        result = self.worker.simulate(kind="pass", seconds=100, time_scale=0.001)
        self.assertEqual(result.one("first"), 100)
        self.assertGreater(result.exited["seconds"], 0.1)
        self.assertLess(result.exited["seconds"], 50)

    def test_idle_and_busy_hang(self):
        for activity in ("idle", "busy"):
            name, pid = self.hang(activity=activity)
            if activity == "busy":
                eventually(lambda: cpu_seconds(pid) > 0.3, "uses the CPU")
            else:
                # One that spins may stand still for any time, but never sleeps.
                eventually(lambda: stat(pid)[0] == "S", "sleeps")
            used = cpu_seconds(pid)
            time.sleep(0.3)
            if activity == "idle":
                self.assertEqual(cpu_seconds(pid), used, "sleeps on")
            eventually(lambda: self.asked_for_stacks(name, pid), "stacks")
            os.kill(pid, signal.SIGTERM)
            exited = self.worker.result(name).exited
            self.assertEqual(exited["signal"], "SIGTERM")
            if activity == "busy":
                self.assertGreater(exited["cpu"], 0.3)
            else:
                # What it had used, and a little for its stacks.
                self.assertLess(exited["cpu"], used + 1, exited)

    def asked_for_stacks(self, name, pid):
        """A busy one may be asked before it has come to its loop."""
        os.kill(pid, signal.SIGUSR1)
        time.sleep(0.05)
        return "_hang" in self.worker.read(name, "stacks")

    def test_ignores_term(self):
        name, pid = self.hang(ignore_term=True)
        os.kill(pid, signal.SIGTERM)
        # One that it would die of is pending until it does; one that is ignored is gone at once.
        time.sleep(0.2)
        self.assertTrue(alive(pid))
        with open("/proc/%d/status" % pid) as status:
            self.assertRegex(status.read(), r"ShdPnd:\t0+\n")
        os.kill(pid, signal.SIGKILL)
        self.assertEqual(self.worker.result(name).exited["signal"], "SIGKILL")

    def test_grandchild_in_the_group_and_out_of_it(self):
        for fate, survives in (({"grandchild": True}, False), ({"new_session": True}, True)):
            name, pid = self.hang(**fate)
            others = {pid, self.worker.inner}
            eventually(lambda: len(set(self.worker.marked()) - others) == 1, "the grandchild")
            (grandchild,) = set(self.worker.marked()) - others
            self.assertEqual(os.readlink("/proc/%d/fd/1" % grandchild), self.worker.path(name, "stdout"))
            # The hang begins only after it has left the group; without that the next line would be a race.
            eventually(lambda: os.getpgid(grandchild) == (grandchild if survives else pid), "its group")
            os.killpg(pid, signal.SIGKILL)
            self.worker.result(name)
            if survives:
                self.assertTrue(alive(grandchild))
                os.kill(grandchild, signal.SIGKILL)
            eventually(lambda: not alive(grandchild), "gone")

    def test_slow_search_prints_real_lines_and_passes(self):
        result = self.worker.simulate(kind="slow-search", seconds=10, time_scale=0.01)
        lines = self.worker.read(result.name, "stderr").splitlines()
        self.assertRegex(lines[0], "Searching the best solution")
        self.assertEqual(len([line for line in lines if re.search(r"Runs left: (\d+), min time so far", line)]), 10)
        self.assertTrue(result.done)

    def test_crash(self):
        for name in ("SIGSEGV", "SIGABRT"):
            result = self.worker.simulate(kind="crash", signal=name, log="Memory access fault by GPU node-1")
            self.assertEqual(result.exited["signal"], name)
            self.assertEqual(self.worker.read(result.name, "stderr"), "Memory access fault by GPU node-1\n")
            self.assertFalse(result.done)

    def test_wrong_result(self):
        for given in (0.75, None):
            check = self.worker.simulate(kind="wrong-result", max_error=given).one("check")
            self.assertEqual((check["matches"], check["maxError"]), (False, given))

    def test_no_binary(self):
        result = self.worker.simulate(kind="no-binary")
        self.assertEqual(result.one("error")["class"], "no-binary")
        self.assertEqual(result.exited["code"], 1)

    def test_unknown_fate(self):
        self.assertIn("melt", self.worker.simulate(kind="melt").one("error")["message"])

    def test_nothing_is_simulated_silently(self):
        for device, fate in (("cuda", {"kind": "pass"}), ("simulated", None), ("cpu", None)):
            self.worker.start(device=device, fate=fate)
            self.assertEqual(self.worker.next()["event"], "refused")

    def test_a_probe_is_not_called_when_a_fate_is_given(self):
        with Worker("--probe", probe("odd.py")) as worker:
            result = worker.ready().attempt(device="simulated", fate={"kind": "pass", "seconds": 0}, case={"how": "sys_exit"})
            self.assertTrue(result.done)


if __name__ == "__main__":
    unittest.main()
