"""The examples of docs/writing-a-probe.md run as they stand there."""
import os
import re
import unittest

from harness import FOLDER, MEASURE, Worker, has_torch

DOCUMENT = os.path.join(os.path.dirname(FOLDER), "docs", "writing-a-probe.md")
EXAMPLE = re.compile(r"^```python\n# (\w+\.py)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Examples(unittest.TestCase):
    def setUp(self):
        with open(DOCUMENT, encoding="utf-8") as file:
            self.examples = dict(EXAMPLE.findall(file.read()))

    def run_example(self, name, **request):
        with Worker("--simulated") as folder:
            path = folder.path(name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(self.examples[name])
            with Worker("--probe", path) as worker:
                return worker.ready().attempt(measure=dict(MEASURE, repeats=2), **request)

    def test_there_are_two_and_both_are_short(self):
        self.assertEqual(sorted(self.examples), ["matmul_probe.py", "memory_probe.py"])
        for text in self.examples.values():
            self.assertLess(len(text.splitlines()), 30)

    def test_without_torch(self):
        for isolation in ("fork", "spawn"):
            result = self.run_example("memory_probe.py", case={"megabytes": 3}, isolation=isolation)
            self.assertTrue(result.done, result.lines)
            self.assertTrue(result.one("check")["matches"])
            self.assertEqual(result.one("work"), {"flops": None, "bytes": 3 << 20})
            self.assertEqual(result.all("progress")[0], "1 MiB filled")

    @unittest.skipUnless(has_torch(), "torch")
    def test_with_torch(self):
        result = self.run_example("matmul_probe.py", case={"size": 32})
        self.assertTrue(result.done, result.lines)
        self.assertTrue(result.one("check")["matches"])
        self.assertEqual(result.one("work")["flops"], 65536)
        self.assertEqual(len(result.all("run")), 2)


if __name__ == "__main__":
    unittest.main()
