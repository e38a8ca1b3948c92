"""The comparison with the reference."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from fork_server.check import Check, compare  # noqa: E402
from harness import has_torch  # noqa: E402

NAN, INF = float("nan"), float("inf")


class Plain(unittest.TestCase):
    def test_element_wise_tolerance(self):
        self.assertEqual(compare(100.5, 100.0, 0.01, 0.0), Check(True, 0.5, 1.0))
        self.assertEqual(compare([100.5, 1.5], [100.0, 1.0], 0.01, 0.0), Check(False, 0.5, 0.01))
        self.assertEqual(compare(-2, -2, 0, 0), Check(True, 0.0, 0.0))

    def test_the_decisive_element_is_reported(self):
        # The larger error is within its tolerance, the smaller one is not.
        check = compare([1009.0, 1.5], [1000.0, 1.0], 0.01, 0.0)
        self.assertEqual(check, Check(False, 0.5, 0.01))

    def test_the_largest_error_of_a_match_is_reported(self):
        self.assertEqual(compare([1.001, 1009.0], [1.0, 1000.0], 0.01, 0.0), Check(True, 9.0, 10.0))

    def test_not_finite(self):
        for output, expected in ((NAN, 1.0), (INF, 1.0), (1.0, INF), (INF, INF), (1.0, NAN)):
            self.assertEqual(compare([0.0, output], [0.0, expected], 1e-3, 0.5), Check(False, None, 0.5))

    def test_structures(self):
        self.assertTrue(compare({"a": (1, [2.0])}, {"a": (1, [2.0])}, 0, 0).matches)
        self.assertTrue(compare([], [], 0, 0).matches)
        for output, expected in (([1], [1, 2]), ({"a": 1}, {"b": 1})):
            with self.assertRaises(ValueError):
                compare(output, expected, 0, 0)
        for output, expected in ((None, 1.0), ("a", "a"), ([1], 1)):
            with self.assertRaises(TypeError):
                compare(output, expected, 0, 0)


@unittest.skipUnless(has_torch(), "torch")
class Tensors(unittest.TestCase):
    def setUp(self):
        import torch

        self.torch = torch

    def test_same_rules_as_for_numbers(self):
        t = self.torch.tensor
        self.assertEqual(compare(t([1009.0, 1.5]), t([1000.0, 1.0]), 0.01, 0.0), Check(False, 0.5, 0.01))
        self.assertEqual(compare(t([1.001, 1009.0]), t([1.0, 1000.0]), 0.01, 0.0), Check(True, 9.0, 10.0))
        self.assertEqual(compare(t([1.0, NAN]), t([1.0, 1.0]), 1, 0.5), Check(False, None, 0.5))
        self.assertEqual(compare(t([INF]), t([INF]), 1, 0.5), Check(False, None, 0.5))
        self.assertTrue(compare(t([1, 2]), [1, 2], 0, 0).matches)
        self.assertTrue(compare(t([1 + 2j]), t([1 + 2j]), 0, 0).matches)
        self.assertTrue(compare(self.torch.empty(0), self.torch.empty(0), 0, 0).matches)

    def test_half_is_compared_in_double(self):
        output = self.torch.tensor([60000.0], dtype=self.torch.float16)
        self.assertTrue(compare(output, self.torch.tensor([-60000.0]).double(), 3, 0).matches)

    def test_shapes_must_agree(self):
        with self.assertRaisesRegex(ValueError, r"\[2\].*\[2, 1\]"):
            compare(self.torch.ones(2), self.torch.ones(2, 1), 0, 0)


if __name__ == "__main__":
    unittest.main()
