"""The few things that the driver itself does with torch: switches, opening the device, waiting for it.

A probe without torch passes through here untouched.
"""
import sys
from typing import Any, Callable, Dict


def _threads(torch: Any, value: Any) -> None:
    torch.set_num_threads(value)


def _cudnn(attribute: str) -> Callable[[Any, Any], None]:
    def switch(torch: Any, value: Any) -> None:
        setattr(torch.backends.cudnn, attribute, value)

    return switch


def _miopen_immediate(torch: Any, value: Any) -> None:
    if not hasattr(torch.backends, "miopen"):
        raise RuntimeError("miopen_immediate needs torch 2.9 or later; this is torch %s" % torch.__version__)
    torch.backends.miopen.immediate = value


_SWITCHES = {
    "num_threads": _threads,
    "cudnn_enabled": _cudnn("enabled"),
    "cudnn_benchmark": _cudnn("benchmark"),
    "cudnn_deterministic": _cudnn("deterministic"),
    "cudnn_allow_tf32": _cudnn("allow_tf32"),
    "miopen_immediate": _miopen_immediate,
}


def apply_switches(switches: Dict[str, Any]) -> None:
    if not switches:
        return
    torch = sys.modules.get("torch")
    if torch is None:
        raise RuntimeError("the setting has torch switches, but the probe does not import torch")
    for name, value in switches.items():
        if name not in _SWITCHES:
            raise RuntimeError("unknown torch switch %r; known: %s" % (name, ", ".join(_SWITCHES)))
        _SWITCHES[name](torch, value)


def _card(device: str) -> Any:
    """torch's module for the cards of this kind; None for the CPU, and for a probe without torch."""
    torch = sys.modules.get("torch")
    return None if torch is None or device not in ("cuda", "xpu") else getattr(torch, device, None)


def _is_built_for(torch: Any, device: str) -> bool:
    kinds = ("cuda", "hip") if device == "cuda" else (device,)
    return hasattr(torch, device) and any(getattr(torch.version, kind, None) is not None for kind in kinds)


def open_device(device: str) -> None:
    """Creates the context on the first GPU, so that a driver that hangs there is seen in the phase `device`."""
    torch = sys.modules.get("torch")
    if torch is None or device not in ("cuda", "xpu"):
        return
    if not _is_built_for(torch, device):
        raise RuntimeError("torch %s is built without GPU support%s" % (torch.__version__, "" if device == "cuda" else " for " + device))
    card = _card(device)
    card.init()
    card.set_device(0)
    card.get_device_properties(0)
    card.synchronize()


def synchronise(device: str) -> None:
    """Waits until everything the probe queued is done; errors of kernels are raised here."""
    card = _card(device)
    if card is not None:
        card.synchronize()
