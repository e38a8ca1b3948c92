"""The Conv2d probe: what it computes, what it refuses. Needs torch."""
import os
import sys
import unittest

from harness import FOLDER, MEASURE, Worker, built_in, has_torch

CASE = {"in_channels": 4, "out_channels": 6, "size": 9}


@unittest.skipUnless(has_torch(), "torch")
class Functions(unittest.TestCase):
    """Called directly, without a worker."""

    @classmethod
    def setUpClass(cls):
        sys.path.insert(0, FOLDER)
        import conv2d
        import torch

        cls.conv2d, cls.torch = conv2d, torch

    @classmethod
    def tearDownClass(cls):
        sys.path.remove(FOLDER)

    def test_gradients_are_those_of_autograd(self):
        shapes = (
            {},
            {"stride": 2, "padding": 0, "batch": 3},
            {"dilation": 2, "padding": 2},
            {"groups": 2, "kernel_h": 1, "kernel_w": 3},
            {"groups": 2, "layout": "nhwc"},
        )
        for extra in shapes:
            for direction in ("backward-data", "backward-weights"):
                case = dict(CASE, dtype="float64", direction=direction, **extra)
                state = self.conv2d.allocate(case, "cpu")
                self.assertTrue(self.torch.allclose(self.conv2d.run(state), self.autograd(state), atol=1e-12), case)

    def autograd(self, state):
        """The same gradient by way of a forward convolution."""
        torch, p = self.torch, state["p"]
        gradient, other = state["host"]
        wanted = torch.zeros(state["operands"][2].shape, dtype=torch.float64, requires_grad=True)
        pair = (wanted, other) if p["direction"] == "backward-data" else (other, wanted)
        output = torch.nn.functional.conv2d(pair[0], pair[1], None, p["stride"], p["padding"], p["dilation"], p["groups"])
        return torch.autograd.grad(output, wanted, gradient)[0]

    def test_results_are_about_one_in_size(self):
        for direction in ("forward", "backward-data", "backward-weights"):
            for channels, size in ((3, 8), (64, 16)):
                case = {"in_channels": channels, "out_channels": channels, "size": size, "direction": direction}
                deviation = float(self.conv2d.run(self.conv2d.allocate(case, "cpu")).std())
                self.assertTrue(0.5 < deviation < 2, (case, deviation))

    def test_same_case_same_data(self):
        first, again, other = (self.conv2d.allocate(case, "cpu")["host"] for case in (CASE, dict(CASE), dict(CASE, batch=2)))
        self.assertTrue(self.torch.equal(first[0], again[0]) and self.torch.equal(first[1], again[1]))
        self.assertFalse(self.torch.equal(first[0], other[0][:1]))

    def test_work(self):
        case = {"in_channels": 16, "out_channels": 32, "size": 64, "dtype": "float16"}
        expected = {"flops": 2 * 32 * 64 * 64 * 16 * 9, "bytes": 2 * (16 * 64 * 64 + 32 * 16 * 9 + 32 * 64 * 64)}
        for direction in ("forward", "backward-data", "backward-weights"):
            self.assertEqual(self.conv2d.work(dict(case, direction=direction)), expected)
        self.assertEqual(self.conv2d.work(dict(case, groups=16))["flops"], expected["flops"] / 16)

    def test_bad_parameters_are_explained(self):
        bad = (
            ({"chanels": 3}, "no parameter chanels; it knows batch, dilation"),
            ({"height": 4}, "size and height"),
            ({"kernel": 3, "kernel_w": 3}, "kernel and kernel_w"),
            ({"batch": 0}, "batch is a whole number from 1 on, not 0"),
            ({"stride": 1.5}, "stride"),
            ({"padding": -1}, "padding is a whole number from 0 on"),
            ({"groups": 4}, "groups must divide"),
            ({"dtype": "int8"}, "dtype is one of float32"),
            ({"direction": "backwards"}, "direction is one of forward, backward-data"),
            ({"layout": "chwn"}, "layout is one of"),
            ({"kernel": 20}, "larger than the padded input"),
        )
        for extra, text in bad:
            with self.assertRaisesRegex(ValueError, text):
                self.conv2d.parameters(dict(CASE, **extra))
        with self.assertRaisesRegex(ValueError, "needs in_channels, out_channels, height, width"):
            self.conv2d.parameters({})


@unittest.skipUnless(has_torch(), "torch")
class InTheWorker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.worker = Worker("--probe", built_in("conv2d.py"))
        cls.worker.ready()

    @classmethod
    def tearDownClass(cls):
        cls.worker.__exit__()

    def test_versions(self):
        import torch

        versions = self.worker.seen[1]["versions"]
        self.assertEqual(versions["torch"], torch.__version__)
        self.assertEqual(versions["hip"], torch.version.hip)
        self.assertIn("threadsAfterImport", versions["more"])

    def test_every_direction_dtype_and_layout_matches_its_reference(self):
        dtypes = ("float32", "float64", "bfloat16")
        for direction in ("forward", "backward-data", "backward-weights"):
            for dtype in dtypes:
                for layout in ("nchw", "nhwc"):
                    case = dict(CASE, direction=direction, dtype=dtype, layout=layout, groups=2)
                    result = self.worker.attempt(case=case, measure=dict(MEASURE, repeats=1))
                    self.assertTrue(result.done, result.lines)
                    check = result.one("check")
                    self.assertTrue(check["matches"], (case, check))
                    self.assertEqual(check["maxError"] == 0.0, dtype == "float64", (case, check))

    def test_switches_reach_torch(self):
        switches = {"num_threads": 1, "cudnn_enabled": False, "cudnn_benchmark": True, "cudnn_deterministic": True}
        self.assertTrue(self.worker.attempt(case=CASE, torch=switches).done)
        error = self.worker.attempt(case=CASE, torch={"warp_speed": True}).one("error")
        self.assertIn("warp_speed", error["message"])

    def test_bad_case(self):
        error = self.worker.attempt(case={"in_channels": 3}).one("error")
        self.assertEqual((error["type"], error["message"]), ("ValueError", "conv2d needs out_channels, height, width (size sets height and width)"))

    @unittest.skipIf(os.path.exists("/dev/nvidiactl") or os.path.exists("/dev/kfd"), "this machine has a GPU")
    def test_no_gpu(self):
        result = self.worker.attempt(case=CASE, device="cuda")
        self.assertEqual(result.phases[-1], "device")
        self.assertEqual(result.exited["code"], 1)


if __name__ == "__main__":
    unittest.main()
