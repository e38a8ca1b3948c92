"""What the worker does with torch on one of Intel's cards, against a torch that computes nothing."""
import os
import unittest

from harness import PROBES, Worker, probe

FAKE = os.path.join(os.path.dirname(PROBES), "fake_xpu")
OPENED = ["init", "set_device", "get_device_properties", "synchronize"]


def worker(**env: str) -> Worker:
    return Worker("--probe", probe("notes_calls.py"), env=dict(env, PYTHONPATH=FAKE))


class OnXpu(unittest.TestCase):
    def test_the_card_is_opened_first_and_waited_for_after_every_call(self):
        with worker().ready() as one:
            for isolation in ("fork", "spawn"):
                log = one.path("calls-" + isolation)
                result = one.attempt(device="xpu", isolation=isolation, env={"FAKE_TORCH_LOG": log})
                self.assertTrue(result.done, result.lines)
                wanted = OPENED + ["allocate on xpu", "synchronize", "run", "synchronize"]
                self.assertEqual(one.read(log).split("\n")[:-1], wanted)

    def test_on_the_cpu_the_card_is_left_alone(self):
        with worker().ready() as one:
            log = one.path("calls")
            self.assertTrue(one.attempt(env={"FAKE_TORCH_LOG": log}).done)
            self.assertEqual(one.read(log).split("\n")[:-1], ["allocate on cpu", "run"])

    def test_versions(self):
        with worker() as one:
            versions = one.until_event("ready")["versions"]
            self.assertEqual((versions["torch"], versions["hip"], versions["cuda"]), ("2.7.0+xpu", None, None))
            self.assertEqual((versions["dnn"], versions["archList"]), ("3.7.1", ["dg2", "bmg"]))
            self.assertEqual(versions["more"]["xpu"], "20250004")

    def test_a_torch_that_is_built_for_other_cards_is_an_error_that_says_so(self):
        with worker(FAKE_TORCH_XPU="").ready() as one:
            result = one.attempt(device="xpu")
            self.assertIn("built without GPU support for xpu", result.one("error")["message"])
            self.assertIn("built without GPU support", one.attempt(device="cuda").one("error")["message"])

    def test_a_probe_that_opens_the_card_at_import_is_refused(self):
        with worker(OPEN_AT_IMPORT="1") as one:
            self.assertIn("used the GPU while it was imported", one.until_event("failed")["error"]["message"])


if __name__ == "__main__":
    unittest.main()
