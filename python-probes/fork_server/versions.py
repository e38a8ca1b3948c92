"""What an environment says of itself, asked without spoiling the worker for its children.

`torch._C._cuda_getArchFlags()` and everything that looks for a device makes every later child refuse the GPU ("Cannot
re-initialize CUDA in forked subprocess"), although the first only returns a constant. So a short-lived child asks.
"""
import json
import os
import platform
import re
import select
import signal
import sys
import time
from typing import Any, Dict, List, Optional

from . import mapped

ASKING_LIMIT = 10.0  # seconds


def collect() -> Dict[str, Any]:
    """The `versions` of the `ready` event. Everything of torch is null when the probe did not import torch."""
    torch = sys.modules.get("torch")
    more = {"threadsAfterImport": str(len(os.listdir("/proc/self/task")))}
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        more["numpy"] = str(getattr(numpy, "__version__", "unknown"))
    found: Dict[str, Any] = {
        "python": platform.python_version(),
        "executable": sys.executable,
        "torch": None,
        "hip": None,
        "cuda": None,
        "dnn": None,
        "archList": [],
        "more": more,
        "mapped": mapped.libraries(),
    }
    if torch is not None and hasattr(torch, "version"):
        found["torch"] = str(torch.__version__)
        found["hip"] = _text(getattr(torch.version, "hip", None))
        found["cuda"] = _text(getattr(torch.version, "cuda", None))
        if getattr(torch.version, "xpu", None):
            more["xpu"] = str(torch.version.xpu)
        if getattr(torch.version, "git_version", None):
            more["torchGit"] = str(torch.version.git_version)
        asked = _ask_in_child(torch)
        found["dnn"] = asked.get("dnn")
        found["archList"] = asked.get("archList", [])
        more.update(asked.get("more", {}))
    return found


def _text(value: Any) -> Optional[str]:
    return None if value is None else str(value)


def _ask(torch: Any) -> Dict[str, Any]:
    answer: Dict[str, Any] = {"more": {}}
    try:
        answer["dnn"] = _text(torch.backends.cudnn.version())
    except Exception as error:
        answer["more"]["dnnError"] = str(error)[:500]
    try:
        answer["archList"] = (torch._C._cuda_getArchFlags() or "").split()
    except Exception:
        answer["archList"] = _xpu_chips(torch)
    # On ROCm the text holds the runtime's version, and asking the HIP runtime for it opens the device.
    if getattr(torch.version, "hip", None) is None:
        try:
            config = torch.__config__.show()
            answer["more"]["torchConfig"] = config[:8000]
            # oneDNN has no function of its own that tells.
            one_dnn = re.search(r"MKL-DNN v([\d.]+)", config)
            if getattr(torch.version, "xpu", None) is not None and one_dnn is not None:
                answer["dnn"] = one_dnn.group(1)
        except Exception:
            pass
    return answer


def _xpu_chips(torch: Any) -> List[str]:
    try:
        return [str(chip) for chip in torch.xpu.get_arch_list()]
    except Exception:
        return []


def _ask_in_child(torch: Any) -> Dict[str, Any]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            data = json.dumps(_ask(torch)).encode("ascii")
            while data:
                data = data[os.write(writer, data):]
        finally:
            os._exit(0)
    os.close(writer)
    data = _read_until_end(reader, time.monotonic() + ASKING_LIMIT)
    os.close(reader)
    _end_child(pid)
    try:
        return json.loads(data.decode("ascii"))
    except ValueError:
        return {"more": {"versionsNote": "cuDNN or MIOpen version and arch list could not be read"}}


def _read_until_end(fd: int, until: float) -> bytes:
    chunks: List[bytes] = []
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            return b""
        chunk = os.read(fd, 65536)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)


def _end_child(pid: int) -> None:
    """Waits for a bounded time; what cannot be killed is left to the worker's loop, which reaps every child."""
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 1
    while os.waitpid(pid, os.WNOHANG)[0] == 0 and time.monotonic() < until:
        time.sleep(0.002)
