"""The cheap reference of large convolutions: it agrees with torch's own and sees an error in any one element."""
import itertools
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

try:
    import torch
except ImportError:
    torch = None

DIRECTIONS = ("forward", "backward-data", "backward-weights")


@unittest.skipIf(torch is None, "torch")
class CombinedReference(unittest.TestCase):
    def setUp(self):
        import conv2d
        from convolution import reference

        self.conv2d = conv2d
        self.limit = reference.WHOLE_LIMIT_FLOPS
        self.reference = reference
        reference.WHOLE_LIMIT_FLOPS = 0

    def tearDown(self):
        self.reference.WHOLE_LIMIT_FLOPS = self.limit

    def cases(self):
        for direction, groups, layout, stride in itertools.product(DIRECTIONS, (1, 2, 4), ("nchw", "nhwc"), (1, 2)):
            case = {"in_channels": 8, "out_channels": 12, "batch": 2, "height": 13, "width": 11, "kernel_h": 3, "kernel_w": 5}
            case.update({"padding": stride, "dilation": 3 - stride, "stride": stride})
            yield dict(case, direction=direction, groups=groups, layout=layout)

    def check(self, state, output):
        return self.conv2d.compare(output, self.conv2d.reference(state), 1e-3, 1e-4)

    def test_agrees_with_torch(self):
        for case in self.cases():
            state = self.conv2d.allocate(dict(case, dtype="float64"), "cpu")
            self.assertIsInstance(self.conv2d.reference(state), self.reference.Combined)
            self.assertLess(self.check(state, self.conv2d.run(state)).max_error, 1e-12, case)

    def test_sees_one_wrong_element(self):
        for number, case in enumerate(self.cases()):
            state = self.conv2d.allocate(case, "cpu")
            output = self.conv2d.run(state).contiguous()
            flat = output.reshape(-1)
            flat[(number * 7919) % flat.numel()] += 0.1
            self.assertFalse(self.check(state, output).matches, case)

    def test_sees_nan_and_infinity(self):
        for wrong in (float("nan"), float("inf"), -float("inf")):
            for direction in DIRECTIONS:
                case = {"in_channels": 4, "out_channels": 4, "size": 8, "direction": direction}
                state = self.conv2d.allocate(case, "cpu")
                output = self.conv2d.run(state).contiguous()
                output.reshape(-1)[-1] = wrong
                found = self.check(state, output)
                self.assertFalse(found.matches)
                self.assertIsNone(found.max_error)

    def test_large_convolutions_use_it(self):
        self.reference.WHOLE_LIMIT_FLOPS = self.limit
        small, large = ({"in_channels": 16, "out_channels": 32, "size": size} for size in (16, 64))
        self.assertIsInstance(self.conv2d.reference(self.conv2d.allocate(small, "cpu")), torch.Tensor)
        self.assertIsInstance(self.conv2d.reference(self.conv2d.allocate(large, "cpu")), self.reference.Combined)


if __name__ == "__main__":
    unittest.main()
