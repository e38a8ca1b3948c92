"""Imports a probe file and says whether it is one."""
import importlib.machinery
import importlib.util
import os
import sys
from types import ModuleType

OPTIONAL = ("reference", "compare", "tolerance", "work")


class ProbeError(Exception):
    """The probe file breaks a rule of docs/writing-a-probe.md."""


def load(path: str) -> ModuleType:
    """Imports the file as `probe_<stem>`, with its own folder first on sys.path as if it were run as a script."""
    if not os.path.isfile(path):
        raise ProbeError("there is no probe file %s" % path)
    # The worker's own folder goes: a probe's `import conv2d` means the file beside the probe.
    sys.path[0] = os.path.dirname(path)
    sys.argv = [path]
    # With its plain name a probe called random.py would stand in for a library's `import random`.
    name = "probe_" + os.path.splitext(os.path.basename(path))[0].replace(".", "_")
    loader = importlib.machinery.SourceFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    _check_functions(module, path)
    _check_untouched()
    return module


def has(module: ModuleType, function: str) -> bool:
    return callable(getattr(module, function, None))


def _check_functions(module: ModuleType, path: str) -> None:
    if has(module, "main"):
        return
    missing = [name for name in ("allocate", "run") if not has(module, name)]
    if missing:
        raise ProbeError(
            "%s defines no function %s: a probe has allocate(case, device) and run(state), or main(case, device, report)"
            % (path, " and no function ".join(missing))
        )
    for name in OPTIONAL:
        if hasattr(module, name) and not has(module, name):
            raise ProbeError('%s: "%s" must be a function' % (path, name))


def _check_untouched() -> None:
    torch = sys.modules.get("torch")
    # Only reads a flag. A child of a process that holds a device context cannot use the device.
    cards = [getattr(torch, name, None) for name in ("cuda", "xpu")]
    if any(hasattr(card, "is_initialized") and card.is_initialized() for card in cards):
        raise ProbeError("the probe used the GPU while it was imported: a probe does nothing at import")
