"""Which shared libraries this process has mapped: what really ran, whatever was asked for."""
from typing import List

# The harness takes a line of 64 KiB.
MOST_PATHS = 400
MOST_BYTES = 48 * 1024


def libraries(path: str = "/proc/self/maps") -> List[str]:
    """Paths of mapped files that are shared libraries, each once, in their order. Reads no file but the kernel's own table."""
    found: List[str] = []
    size = 0
    try:
        with open(path, errors="surrogateescape") as maps:
            for line in maps:
                fields = line.rstrip("\n").split(None, 5)
                name = fields[5] if len(fields) == 6 else ""
                if not name.startswith("/") or ".so" not in name.rsplit("/", 1)[1] or name in found:
                    continue
                # A name that is no text would not be JSON either.
                size += len(name.encode("utf-8", "replace")) + 4
                if len(found) == MOST_PATHS or size > MOST_BYTES:
                    break
                found.append(name.encode("utf-8", "replace").decode("utf-8"))
    except OSError:
        pass
    return found
