"""Reading a pipe without blocking and without threads, on POSIX and on Windows.

Blender's extension rules forbid threads, ``select`` takes only sockets on Windows, and ``os.set_blocking`` takes pipes there
only from Python 3.12 on; so Windows asks the pipe how much it holds before reading that much.
"""

from __future__ import annotations

import os
import select
import sys
import time

CHUNK = 65536


def wait_readable(fd: int, timeout: float) -> None:
    """Returns when there is something to read, the other end is closed, or ``timeout`` seconds have passed."""
    if sys.platform == "win32":  # not run here: this project's machines are Linux
        deadline = time.monotonic() + timeout
        while _windows_available(fd) == 0 and time.monotonic() < deadline:
            time.sleep(0.005)
    else:
        _poll(fd, timeout)


def read_available(fd: int) -> bytes | None:
    """What the pipe holds now, b"" where that is nothing, None where the other end is closed."""
    if sys.platform == "win32":
        available = _windows_available(fd)
        if available is None:
            return None
        return os.read(fd, min(available, CHUNK)) if available else b""
    return (os.read(fd, CHUNK) or None) if _poll(fd, 0.0) else b""


def stop_blocking(fd: int) -> None:
    """So that writing to a process that does not read cannot hold up Blender. Windows has it from Python 3.12 on."""
    if sys.platform != "win32" or sys.version_info >= (3, 12):
        os.set_blocking(fd, False)


def write_available(fd: int, data: bytes) -> int:
    """Writes what the pipe takes and returns how much that was; all of it counts as written where nobody reads any more."""
    written = 0
    try:
        while written < len(data):
            written += os.write(fd, data[written : written + CHUNK])
    except BlockingIOError:
        return written
    except OSError:
        return len(data)
    return written


if sys.platform != "win32":

    def _poll(fd: int, timeout: float) -> bool:
        """Not select.select: "filedescriptor out of range in select()" where a thousand files are open."""
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        return bool(poll.poll(timeout * 1000))


if sys.platform == "win32":
    import ctypes
    import msvcrt

    def _windows_available(fd: int) -> int | None:
        """Bytes in the pipe; None where it is broken (the other process has ended)."""
        available = ctypes.c_ulong()
        handle = ctypes.c_void_p(msvcrt.get_osfhandle(fd))
        alive = ctypes.windll.kernel32.PeekNamedPipe(handle, None, 0, None, ctypes.byref(available), None)
        return available.value if alive else None
