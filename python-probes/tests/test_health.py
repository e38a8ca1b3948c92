"""The health probes in a real worker, beside another probe, by fork and by spawn."""
import unittest

from harness import Worker, built_in, has_torch, probe

EXACT = {"repeats": 0, "budget": 0, "verify": True, "rtol": 0, "atol": 0}
PROBES = ("canary", "element-wise", "matmul", "convolution-without-dnn")


class WithoutTorch(unittest.TestCase):
    """In a worker whose probe imports no torch the canary is plain Python."""

    def test_canary_passes_and_the_probe_of_the_worker_is_not_run(self):
        with Worker("--probe", probe("whole.py")).ready() as worker:
            for isolation in ("fork", "spawn"):
                result = worker.attempt(probe="canary", isolation=isolation, measure=EXACT)
                self.assertTrue(result.done, result.lines)
                self.assertEqual(result.one("check"), {"matches": True, "maxError": 0.0, "tolerance": 0.0})
                self.assertEqual(result.all("work"), [])
            # The worker is as it was.
            self.assertEqual(worker.attempt(probe=None).exited["event"], "exited")

    def test_unknown_probe_is_refused(self):
        with Worker("--probe", probe("whole.py")).ready() as worker:
            worker.start(probe="../../etc/passwd")
            self.assertIn('"probe" must be one of canary', worker.until_event("refused")["reason"])

    def test_on_a_simulated_card_the_fate_decides(self):
        with Worker("--simulated").ready() as worker:
            result = worker.attempt(probe="matmul", device="simulated", fate={"kind": "pass", "seconds": 0}, measure=EXACT)
            self.assertTrue(result.done, result.lines)


@unittest.skipUnless(has_torch(), "torch")
class WithTorch(unittest.TestCase):
    def test_every_probe_passes_on_the_cpu(self):
        cases = ({}, {"in_channels": 3, "out_channels": 5, "size": 17, "batch": 2}, {"size": "large", "depth": 3, "padding": "same"})
        with Worker("--probe", built_in("conv2d.py")).ready() as worker:
            for name in PROBES:
                for case in cases:
                    result = worker.attempt(probe=name, case=case, measure=EXACT)
                    self.assertTrue(result.done, (name, case, result.lines))
                    self.assertTrue(result.one("check")["matches"], (name, case))

    def test_a_control_in_a_fresh_process(self):
        with Worker("--probe", built_in("conv2d.py")).ready() as worker:
            result = worker.attempt(probe="convolution-without-dnn", isolation="spawn", measure=EXACT)
            self.assertEqual(result.phases[:2], ["start", "import"])
            self.assertTrue(result.one("check")["matches"])


if __name__ == "__main__":
    unittest.main()
