"""Probes that raise, leave, die, close, and leave processes behind."""
import os
import signal
import time
import unittest

from harness import Worker, alive, eventually, probe


class OddProbes(unittest.TestCase):
    def setUp(self):
        self.worker = Worker("--probe", probe("odd.py"))
        self.addCleanup(self.worker.__exit__)
        self.worker.ready()

    def tearDown(self):
        # Whatever a probe does to itself, the next one finds a good worker.
        self.assertTrue(self.worker.attempt(case={"how": "sleep", "seconds": 0}).done)

    def test_errors_have_classes(self):
        classes = (
            ("HIP error: no kernel image is available for execution on the device", "no-binary"),
            ("HIP error: invalid device function", "no-binary"),
            ("hipErrorNoBinaryForGpu: Unable to find code object", "no-binary"),
            ("HIP out of memory. Tried to allocate 2.25 GiB", "out-of-memory"),
            ("miopenStatusUnknownError", "miopen-error"),
            ("MIOpen Error: /src/x.cpp:304: Code object build failed", "miopen-error"),
            ("something else \u00e4 \ud800", "other"),
        )
        for text, name in classes:
            result = self.worker.attempt(case={"how": "raise", "text": text})
            error = result.one("error")
            self.assertEqual((error["type"], error["message"], error["class"]), ("RuntimeError", text, name))
            self.assertIn("do_raise", error["traceback"])
            self.assertEqual(result.exited["code"], 1)
            self.assertFalse(result.done)
        self.assertEqual(self.worker.attempt(case={"how": "raise_memory"}).one("error")["class"], "out-of-memory")

    def test_long_message_fits_a_line(self):
        result = self.worker.attempt(case={"how": "raise", "text": "\x01" * 10000})
        self.assertLessEqual(len(result.one("error")["message"]), 2000)
        self.assertFalse(any(event.get("cut") for event in result.events))

    def test_long_traceback_begins_with_a_whole_line(self):
        path = "/home/someone/project/probe.py"
        for text, begins in (("\n".join([path] * 1000), path + "\n"), ((path + ", ") * 1000, ", " + path)):
            trace = self.worker.attempt(case={"how": "raise", "text": text}).one("error")["traceback"]
            self.assertLessEqual(len(trace), 6000)
            self.assertTrue(trace.startswith(begins), trace[:80])

    def test_sys_exit_is_no_pass(self):
        for isolation in ("fork", "spawn"):
            result = self.worker.attempt(case={"how": "sys_exit"}, isolation=isolation)
            self.assertEqual(result.one("error")["type"], "SystemExit")
            self.assertEqual(result.exited["code"], 1)
            self.assertFalse(result.done)

    def test_keyboard_interrupt_is_an_error(self):
        self.assertEqual(self.worker.attempt(case={"how": "interrupt"}).one("error")["type"], "KeyboardInterrupt")

    def test_os_exit_says_nothing(self):
        for code in (0, 7):
            result = self.worker.attempt(case={"how": "os_exit", "code": code})
            self.assertEqual(result.exited["code"], code)
            self.assertFalse(result.done)

    def test_death_by_signal(self):
        for isolation in ("fork", "spawn"):
            for name in ("SIGSEGV", "SIGABRT", "SIGKILL", "SIGTERM"):
                result = self.worker.attempt(case={"how": "die", "signal": name}, isolation=isolation)
                self.assertEqual(result.exited["signal"], name)
                self.assertNotIn("code", result.exited)
                told = self.worker.read(result.name, "stderr")
                self.assertEqual("Fatal Python error" in told, name in ("SIGSEGV", "SIGABRT"), told)

    def test_closed_channel(self):
        result = self.worker.attempt(case={"how": "close_channel"})
        self.assertEqual(result.exited["code"], 1)
        self.assertFalse(result.done)

    def test_grandchild_that_holds_the_channel_does_not_hold_up_the_exit(self):
        # The harness for tests would give up on an exit that is held up long before the grandchild ends.
        self.assertTrue(self.worker.attempt(case={"how": "leave_fork", "seconds": 3600}).done)
        left = [pid for pid in self.worker.marked() if pid != self.worker.inner]
        self.assertEqual(len(left), 1)

    def test_orphans_are_adopted_and_reaped(self):
        self.assertTrue(self.worker.attempt(case={"how": "leave_fork", "seconds": 0.2}).done)
        eventually(lambda: self.worker.children() == [], "the orphan is reaped")

    def test_orphan_of_another_session_is_adopted(self):
        self.assertTrue(self.worker.attempt(case={"how": "leave_session"}).done)
        eventually(lambda: len(self.worker.children()) == 1, "the orphan is the worker's child")

    def test_stopped_attempt_can_be_killed_and_reported(self):
        name = self.worker.start(case={"how": "sleep"})
        pid = self.worker.until_event("started")["pid"]
        self.worker.until_phase("first-run")
        os.kill(pid, signal.SIGSTOP)
        eventually(lambda: self.worker.children() == ["T"], "stopped")
        self.worker.send(self.worker.request(case={"how": "sleep"}))
        self.worker.until_event("refused")
        os.killpg(pid, signal.SIGKILL)
        self.assertEqual(self.worker.result(name).exited["signal"], "SIGKILL")
        self.assertFalse(alive(pid))

    def test_stacks_on_request(self):
        for isolation in ("fork", "spawn"):
            name = self.worker.start(case={"how": "sleep"}, isolation=isolation)
            pid = self.worker.until(lambda event: event["event"] == "started" and event["attempt"] == name)["pid"]
            self.worker.until_phase("first-run")
            # The phase is announced before run() is called, so the first dump may come too early.
            for count in (1, 2):
                eventually(lambda: self.dumps(name, pid) >= count, "one dump after the other")
            os.kill(pid, signal.SIGTERM)
            self.assertEqual(self.worker.result(name).exited["signal"], "SIGTERM")

    def dumps(self, name, pid):
        """Asks for stacks, waits a little; how many dumps there are by now that show the sleep."""
        os.kill(pid, signal.SIGUSR1)
        time.sleep(0.05)
        return self.worker.read(name, "stacks").count("do_sleep")

    def test_request_for_stacks_at_the_very_start_does_no_harm(self):
        # The attempt is still there when it is asked, however late that is.
        asked = self.worker.path("asked")
        name = self.worker.start(case={"how": "wait_for", "file": asked}, isolation="spawn")
        pid = self.worker.until(lambda event: event["event"] == "started" and event["attempt"] == name)["pid"]
        self.worker.until(lambda event: event["event"] == "line")
        time.sleep(0.003)
        os.kill(pid, signal.SIGUSR1)
        open(asked, "w").close()
        self.assertTrue(self.worker.result(name).done)


if __name__ == "__main__":
    unittest.main()
