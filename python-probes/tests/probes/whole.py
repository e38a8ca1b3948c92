"""Drives itself by main()."""


def main(case, device, report):
    if case.get("back"):
        report.phase("device")
    if case.get("unknown"):
        report.phase("warm-up")
    report.phase("first-run")
    for step in range(case.get("steps", 3)):
        report.progress("step %d" % step)
    report.first(0.5)
    report.phase("steady")
    for _ in range(case.get("runs", 1)):
        report.run(0.25)
    report.work(None, 8)
    if report.measure.verify:
        report.phase("verify")
        report.compare([1.0, float(case.get("value", 2))], [1.0, 2.0])
