"""Requests and lines that no good harness sends and no good probe writes."""
import json
import unittest

from harness import Worker, probe

LIMIT = 64 * 1024


class Requests(unittest.TestCase):
    def test_refuses_and_goes_on(self):
        lines = (b"", b"no JSON", b"\xff\xfe", b"[]", b"null", b"{}", b'{"do":"dance"}', b'{"do":"attempt"}', b"[" * 5000)
        with Worker("--probe", probe("scale.py")) as worker:
            worker.ready()
            for line in lines:
                worker.send_raw(line + b"\n")
                if line:
                    refused = worker.next()
                    self.assertEqual((refused["event"], refused["attempt"]), ("refused", None), line)
            self.assertTrue(worker.attempt(case={"size": 2}).done)

    def test_names_the_bad_field(self):
        good = {"repeats": 1, "budget": 1, "verify": True, "rtol": 0, "atol": 0}
        bad = (
            ("isolation", "thread"),
            ("device", "tpu"),
            ("case", []),
            ("directory", "relative"),
            ("directory", 3),
            ("env", {"A": 1}),
            ("env", {"A=B": "1"}),
            ("torch", None),
            ("fate", {"kind": "pass"}),
            ("measure", None),
            ("measure", dict(good, repeats=1.5)),
            ("measure", dict(good, budget=-1)),
            ("measure", dict(good, rtol=float("nan"))),
            ("measure", dict(good, verify="yes")),
        )
        with Worker("--probe", probe("scale.py")) as worker:
            worker.ready()
            for field, value in bad:
                name = worker.start(**{field: value})
                refused = worker.next()
                self.assertEqual((refused["event"], refused["attempt"]), ("refused", name))
                self.assertIn(field, refused["reason"])

    def test_line_without_end_is_refused_and_skipped(self):
        with Worker("--probe", probe("scale.py")) as worker:
            worker.ready()
            worker.send_raw(b"x" * (3 * LIMIT))
            worker.send_raw(b"\n")
            self.assertIn("at most", worker.next()["reason"])
            self.assertTrue(worker.attempt(case={"size": 2}).done)

    def test_request_in_pieces_and_two_in_one(self):
        with Worker("--probe", probe("scale.py")) as worker:
            worker.ready()
            first, second = worker.request(case={"size": 2}), worker.request(case={"size": 2})
            data = json.dumps(first).encode() + b"\n"
            worker.send_raw(data[:20])
            worker.send_raw(data[20:] + json.dumps(second).encode() + b"\n")
            refused = worker.until_event("refused")
            self.assertEqual(refused["attempt"], second["attempt"])
            self.assertIn(first["attempt"], refused["reason"])
            self.assertTrue(worker.result(first["attempt"]).done)

    def test_evidence_folder_that_is_not_there(self):
        with Worker("--probe", probe("scale.py")) as worker:
            worker.ready()
            for isolation in ("fork", "spawn"):
                result = worker.attempt(directory="/nonexistent/folder", isolation=isolation)
                error = result.one("error")
                self.assertEqual((error["type"], error["class"]), ("Unready", "harness"))
                self.assertIn("No such file", error["message"])
                self.assertEqual(result.exited["code"], 1)


    def test_a_full_disk_is_no_fault_of_the_probe(self):
        with Worker("--probe", probe("odd.py")) as worker:
            worker.ready()
            for isolation in ("fork", "spawn"):
                result = worker.attempt(case={"how": "full_disk"}, isolation=isolation)
                self.assertEqual(result.one("error")["class"], "harness")


class Lines(unittest.TestCase):
    def test_long_lines_are_cut_and_marked(self):
        with Worker("--probe", probe("odd.py")) as worker:
            worker.ready()
            for text in ("x", '"', "\u00e4", "\U0001f600", "\x01"):
                result = worker.attempt(case={"how": "flood", "line": text, "times": 100000, "lines": 1})
                cut = [event for event in result.events if event.get("cut")]
                self.assertEqual(len(cut), 1)
                self.assertLessEqual(cut[0]["bytes"] + 1, LIMIT)
                self.assertGreater(cut[0]["bytes"], LIMIT * 0.9)
                self.assertTrue(result.done)

    def test_a_flood_is_dropped_and_counted(self):
        with Worker("--probe", probe("odd.py")) as worker:
            result = worker.ready().attempt(case={"how": "flood", "line": '{"progress":"x","t":0}', "lines": 30000})
            self.assertEqual(len([event for event in result.events if event["event"] == "line"]), 10000)
            self.assertGreaterEqual(result.exited["dropped"], 20000)
            self.assertFalse(result.done)
            self.assertTrue(worker.attempt(case={"how": "sleep", "seconds": 0}).done)

    def test_what_is_not_json_is_passed_on_unread(self):
        with Worker("--probe", probe("odd.py")) as worker:
            name = worker.ready().start(case={"how": "flood", "line": "not JSON {", "lines": 1})
            worker.until(lambda event: event.get("line") == "not JSON {")
            worker.until(lambda event: event["event"] == "exited" and event["attempt"] == name)


if __name__ == "__main__":
    unittest.main()
