"""Does what the case's `how` says, in run()."""
import os
import signal
import subprocess
import sys
import time


def allocate(case, device):
    return case


def run(case):
    return globals()["do_" + case["how"]](case)


def do_raise(case):
    raise RuntimeError(case["text"])


def do_raise_memory(case):
    raise MemoryError()


def do_sys_exit(case):
    sys.exit(0)


def do_interrupt(case):
    raise KeyboardInterrupt()


def do_os_exit(case):
    os._exit(case["code"])


def do_die(case):
    os.kill(os.getpid(), getattr(signal, case["signal"]))
    time.sleep(60)


def do_close_channel(case):
    os.closerange(3, 1024)
    return 1


def do_print(case):
    print("printed by Python")
    os.write(2, b"written to stderr\n")
    subprocess.call(["sh", "-c", "echo printed by a grandchild"])
    return 1


def do_full_disk(case):
    with open("/dev/full", "w") as file:
        file.write("there is no room for this")


def do_read_stdin(case):
    assert sys.stdin.read() == ""
    return 1


def do_sleep(case):
    time.sleep(case.get("seconds", 3600))


def do_wait_for(case):
    """Until the file is there."""
    while not os.path.exists(case["file"]):
        time.sleep(0.005)


def do_ignore_term(case):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(3600)


def do_leave_fork(case):
    """A grandchild by fork alone holds every descriptor and outlives the attempt."""
    if os.fork() == 0:
        time.sleep(case["seconds"])
        os._exit(0)
    return 1


def do_leave_session(case):
    """A grandchild in a session of its own, by exec."""
    subprocess.Popen(["sleep", "3600"], start_new_session=True)
    if case.get("unmarked"):
        subprocess.Popen(["sleep", "3600"], start_new_session=True, env={"PATH": os.environ["PATH"]})
    if case.get("hang"):
        time.sleep(3600)
    return 1


def do_flood(case):
    """Writes to every pipe and socket that it finds, as no probe should."""
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        try:
            if fd > 2 and os.readlink("/proc/self/fd/%d" % fd).startswith(("pipe:", "socket:")):
                _write(fd, case["line"].encode("utf-8") * case.get("times", 1) + b"\n", case["lines"])
        except OSError:
            pass
    return 1


def _write(fd, data, lines):
    for _ in range(lines):
        left = data
        while left:
            left = left[os.write(fd, left):]


def do_say(case):
    """Returns what it sees of its process, through the error line: a probe has no other way to speak."""
    value = {
        "variable": lambda: os.environ.get(case.get("name"), ""),
        "handlers": lambda: "%s %s" % (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGCHLD)),
        "mask": lambda: str(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "ids": lambda: "%d %d %d" % (os.getpid(), os.getpgid(0), os.getsid(0)),
        "descriptors": lambda: " ".join(sorted(os.listdir("/proc/self/fd"), key=int)),
        "path": lambda: " ".join(sys.path),
    }[case["what"]]()
    raise RuntimeError(value)
