"""The way from the start of a worker through good attempts to its end."""
import os
import signal
import sys
import unittest

from harness import MEASURE, PROBES, Worker, alive, children_of, eventually, probe


class Start(unittest.TestCase):
    def test_hello_then_ready(self):
        with Worker("--probe", probe("scale.py")) as worker:
            hello = worker.next()
            self.assertEqual((hello["event"], hello["protocol"], hello["pid"]), ("hello", 1, children_of(worker.process.pid)[0]))
            ready = worker.next()
            self.assertEqual(ready["event"], "ready")
            versions = ready["versions"]
            self.assertEqual(set(versions), {"python", "executable", "torch", "hip", "cuda", "dnn", "archList", "more", "mapped"})
            self.assertEqual(versions["python"], "%d.%d.%d" % sys.version_info[:3])
            self.assertEqual(versions["executable"], sys.executable)
            self.assertIsNone(versions["torch"])
            self.assertEqual(versions["archList"], [])

    def test_works_from_any_folder_and_without_the_script_folder_on_the_path(self):
        with Worker("--probe", probe("scale.py"), cwd="/proc", env={"PYTHONSAFEPATH": "1"}) as worker:
            self.assertTrue(worker.ready().attempt(case={"size": 3}).done)

    def test_a_probe_finds_its_neighbours_and_not_the_workers(self):
        with Worker("--probe", probe("odd.py")) as worker:
            path = worker.ready().attempt(case={"how": "say", "what": "path"}).one("error")["message"].split(" ")
            self.assertEqual(path[0], PROBES)
            self.assertNotIn(os.path.dirname(os.path.dirname(PROBES)), path)

    def test_import_that_raises(self):
        with Worker("--probe", probe("raises_at_import.py")) as worker:
            failed = worker.until_event("failed")
            self.assertEqual(failed["error"]["type"], "RuntimeError")
            self.assertEqual(failed["error"]["message"], "no such luck")
            self.assertIn("raises_at_import.py", failed["error"]["traceback"])
            self.assertEqual(worker.ended(), 1)

    def test_import_that_calls_sys_exit(self):
        with Worker("--probe", probe("exits_at_import.py")) as worker:
            self.assertIn("sys.exit(0)", worker.until_event("failed")["error"]["message"])
            self.assertEqual(worker.ended(), 1)

    def test_no_probe_file_and_no_probe(self):
        with Worker("--probe", "/nonexistent/probe.py") as worker:
            self.assertIn("/nonexistent/probe.py", worker.until_event("failed")["error"]["message"])
        with Worker("--probe", probe("incomplete.py")) as worker:
            self.assertIn("no function run", worker.until_event("failed")["error"]["message"])

    def test_import_that_prints_reads_and_forks(self):
        with Worker("--probe", probe("noisy_import.py")) as worker:
            result = worker.ready().attempt()
            self.assertTrue(result.done)
            printed, descriptors = worker.read("worker.stdout").splitlines()
            self.assertEqual(printed, "printed at import")
            # Neither requests nor events, which the worker keeps at 64 and above.
            self.assertLess(max(int(path.rpartition("/")[2]) for path in descriptors.split(" ")), 64)
            self.assertEqual(worker.read(result.name, "stdout"), "")

    def test_stacks_of_an_import_that_hangs(self):
        with Worker("--probe", probe("hangs_at_import.py")) as worker:
            worker.until_event("hello")

            def asked():
                os.kill(worker.inner, signal.SIGUSR1)
                return "hangs_at_import.py" in worker.read("worker.stderr")

            eventually(asked, "stacks")

    def test_unknown_arguments(self):
        for arguments in ([], ["--probe"], ["--probe", "relative.py"], ["--what"]):
            with Worker(*arguments) as worker:
                self.assertEqual(worker.ended(), 2)
                self.assertIn("PROTOCOL.md", worker.read("worker.stderr"))


class Attempts(unittest.TestCase):
    def test_phases_and_lines_in_order(self):
        for isolation in ("fork", "spawn"):
            with Worker("--probe", probe("scale.py")) as worker:
                result = worker.ready().attempt(case={"size": 4}, isolation=isolation, measure=dict(MEASURE, repeats=2))
                expected = ["start", "import", "device", "allocate", "first-run", "steady", "verify"]
                if isolation == "fork":
                    expected.remove("import")
                self.assertEqual(result.phases, expected)
                times = result.all("t")
                self.assertEqual(times, sorted(times))
                keys = [next(iter(line)) for line in result.lines if "phase" not in line]
                self.assertEqual(keys, ["work", "first", "run", "run", "check", "done"])
                self.assertEqual(result.one("work"), {"flops": 4, "bytes": 64})
                self.assertEqual(result.one("check"), {"matches": True, "maxError": 0.0, "tolerance": 1e-4})
                self.assertEqual(result.exited["code"], 0)
                self.assertNotIn("signal", result.exited)

    def test_exit_is_measured(self):
        with Worker("--probe", probe("odd.py")) as worker:
            exited = worker.ready().attempt(case={"how": "sleep", "seconds": 0.1}).exited
            self.assertEqual(set(exited) - {"bytes"}, {"event", "attempt", "code", "seconds", "cpu", "maxrss", "dropped"})
            self.assertGreater(exited["seconds"], 0.1)
            self.assertLess(exited["cpu"], exited["seconds"])
            self.assertGreater(exited["maxrss"], 1000)

    def test_leads_its_own_session_with_plain_signals(self):
        with Worker("--probe", probe("odd.py")) as worker:
            worker.ready()
            for isolation in ("fork", "spawn"):
                result = worker.attempt(case={"how": "say", "what": "ids"}, isolation=isolation)
                started = [event for event in result.events if event["event"] == "started"]
                self.assertEqual(result.events[0], started[0])
                self.assertEqual(result.one("error")["message"], "%(pid)d %(pid)d %(pid)d" % started[0])
                handlers = worker.attempt(case={"how": "say", "what": "handlers"}, isolation=isolation)
                self.assertNotIn("lambda", handlers.one("error")["message"])
                self.assertEqual(worker.attempt(case={"how": "say", "what": "mask"}, isolation=isolation).one("error")["message"], "set()")

    def test_inherits_neither_events_nor_requests(self):
        with Worker("--probe", probe("odd.py")) as worker:
            worker.ready()
            for isolation in ("fork", "spawn"):
                result = worker.attempt(case={"how": "say", "what": "descriptors"}, isolation=isolation)
                # 0, 1, 2, the channel, the stacks, and the folder that is being listed.
                self.assertLessEqual(len(result.one("error")["message"].split(" ")), 6, result.lines)

    def test_variables_of_the_attempt_alone(self):
        with Worker("--probe", probe("odd.py"), env={"OUTER": "worker"}) as worker:
            worker.ready()
            for isolation in ("fork", "spawn"):
                for name, value in (("OUTER", "worker"), ("INNER", "attempt")):
                    case = {"how": "say", "what": "variable", "name": name}
                    result = worker.attempt(case=case, isolation=isolation, env={"INNER": "attempt"})
                    self.assertEqual(result.one("error")["message"], value)
            result = worker.attempt(case={"how": "say", "what": "variable", "name": "INNER"})
            self.assertEqual(result.one("error")["message"], "")

    def test_output_goes_to_files(self):
        with Worker("--probe", probe("odd.py")) as worker:
            worker.ready()
            for isolation in ("fork", "spawn"):
                result = worker.attempt(case={"how": "print"}, isolation=isolation)
                self.assertTrue(result.done)
                self.assertEqual(sorted(worker.read(result.name, "stdout").split("\n")), ["", "printed by Python", "printed by a grandchild"])
                self.assertEqual(worker.read(result.name, "stderr"), "written to stderr\n")
            self.assertEqual(worker.read("worker.stdout"), "")

    def test_standard_input_is_empty(self):
        with Worker("--probe", probe("odd.py")) as worker:
            worker.ready()
            for isolation in ("fork", "spawn"):
                self.assertTrue(worker.attempt(case={"how": "read_stdin"}, isolation=isolation).done)

    def test_repeats_and_budget(self):
        measure = dict(MEASURE, budget=0.12, verify=False)
        with Worker("--probe", probe("odd.py")) as worker:
            worker.ready()
            for repeats, seconds in ((0, 0.0), (1, 0.0), (5, 0.0), (50, 0.05), (50, 0.2)):
                result = worker.attempt(case={"how": "sleep", "seconds": seconds}, measure=dict(measure, repeats=repeats))
                self.assertTrue(result.done)
                # A busy machine sleeps longer than it was asked to, so the rule is held against the times that were measured.
                runs = result.all("run")
                self.assertLess(sum(runs[:-1]), measure["budget"])
                if len(runs) < repeats:
                    self.assertGreaterEqual(sum(runs), measure["budget"])
                if seconds * repeats > measure["budget"]:
                    self.assertLess(len(runs), repeats)
                self.assertEqual("steady" in result.phases, repeats > 0)
                self.assertNotIn("verify", result.phases)

    def test_one_run_is_made_without_any_budget(self):
        with Worker("--probe", probe("scale.py")) as worker:
            result = worker.ready().attempt(case={"size": 4}, measure=dict(MEASURE, repeats=3, budget=0))
            self.assertEqual(len(result.all("run")), 1)

    def test_wrong_result(self):
        with Worker("--probe", probe("scale.py")) as worker:
            result = worker.ready().attempt(case={"size": 4, "wrong": 0.5})
            check = result.one("check")
            self.assertFalse(check["matches"])
            self.assertAlmostEqual(check["maxError"], 0.5)
            self.assertAlmostEqual(check["tolerance"], 1e-4 + 1e-3 * 6)
            self.assertTrue(result.done)
            self.assertEqual(result.exited["code"], 0)

    def test_own_compare(self):
        with Worker("--probe", probe("compares.py")) as worker:
            worker.ready()
            for output, matches in (("ABC", True), ("abd", False)):
                check = worker.attempt(case={"output": output}).one("check")
                self.assertEqual(check, {"matches": matches, "maxError": None, "tolerance": 0.25})

    def test_an_error_that_is_no_number_matches_nothing(self):
        with Worker("--probe", probe("compares.py")) as worker:
            worker.ready()
            for output, matches, error in ((float("nan"), False, None), (float("-inf"), False, None), (0.5, True, 0.5)):
                check = worker.attempt(case={"output": output}).one("check")
                self.assertEqual(check, {"matches": matches, "maxError": error, "tolerance": 0.25})

    def test_missing_parameter_is_named(self):
        with Worker("--probe", probe("scale.py")) as worker:
            error = worker.ready().attempt(case={"sise": 4}).one("error")
            self.assertEqual(error["message"], "the case has no parameter 'size'; it has sise")
            self.assertEqual(error["class"], "other")

    def test_torch_switch_without_torch(self):
        with Worker("--probe", probe("scale.py")) as worker:
            result = worker.ready().attempt(case={"size": 4}, torch={"num_threads": 1})
            self.assertIn("does not import torch", result.one("error")["message"])
            self.assertFalse(result.done)

    def test_stop(self):
        with Worker("--probe", probe("odd.py")) as worker:
            worker.ready().start(case={"how": "sleep"})
            pid = worker.until_event("started")["pid"]
            worker.send({"do": "stop"})
            self.assertEqual(worker.ended(), 0)
            self.assertFalse(alive(pid))


class WholeControl(unittest.TestCase):
    def test_main_reports(self):
        with Worker("--probe", probe("whole.py")) as worker:
            result = worker.ready().attempt()
            self.assertEqual(result.phases, ["start", "device", "allocate", "first-run", "steady", "verify"])
            self.assertEqual(result.all("progress")[0], "step 0")
            self.assertEqual((result.one("first"), result.one("run")), (0.5, 0.25))
            self.assertEqual(result.one("work"), {"flops": None, "bytes": 8})
            self.assertTrue(result.one("check")["matches"])
            self.assertTrue(result.done)

    def test_phases_do_not_go_back_and_are_known(self):
        with Worker("--probe", probe("whole.py")) as worker:
            worker.ready()
            self.assertIn("cannot come after", worker.attempt(case={"back": 1}).one("error")["message"])
            self.assertIn("warm-up", worker.attempt(case={"unknown": 1}).one("error")["message"])

    def test_a_talkative_probe_keeps_its_last_lines(self):
        with Worker("--probe", probe("whole.py")) as worker:
            result = worker.ready().attempt(case={"steps": 50000, "runs": 50000})
            self.assertTrue(result.done)
            self.assertEqual(result.exited["dropped"], 0)
            self.assertLess(len(result.lines), 10000)


if __name__ == "__main__":
    unittest.main()
