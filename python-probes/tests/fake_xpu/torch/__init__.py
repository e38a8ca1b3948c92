"""As much of a torch for Intel's cards as the worker itself touches. It computes nothing; FAKE_TORCH_LOG names a file that gets every call."""
import os
import types

__version__ = "2.7.0+xpu"
version = types.SimpleNamespace(hip=None, cuda=None, xpu=os.environ.get("FAKE_TORCH_XPU", "20250004") or None, git_version=None)
# A build for Intel's cards has the module of the others as well, and nothing behind it.
cuda = types.SimpleNamespace(is_initialized=lambda: False)
backends = types.SimpleNamespace(cudnn=types.SimpleNamespace(version=lambda: None))
__config__ = types.SimpleNamespace(
    show=lambda: "PyTorch built with:\n  - Intel(R) MKL-DNN v3.7.1 (Git Hash 8d263e693366ef8db40acc569cc7d8edf644556d)\n"
)
_opened = []


class Tensor:
    pass


def _called(name):
    def call(*_):
        if name == "init":
            _opened.append(True)
        if "FAKE_TORCH_LOG" in os.environ:
            with open(os.environ["FAKE_TORCH_LOG"], "a") as log:
                log.write(name + "\n")

    return call


def note(what):
    """For probes: a line between those of the calls."""
    _called(what)()


xpu = types.SimpleNamespace(
    is_initialized=lambda: bool(_opened),
    get_arch_list=lambda: ["dg2", "bmg"],
    **{name: _called(name) for name in ("init", "set_device", "get_device_properties", "synchronize")}
)
