"""llama-cpp-python as a wheel: built once for this machine's user, or taken where the user names one.

PyPI has only its source. One wheel (py3-none) serves every Python, so it is kept in the user's cache, in a folder named
after all that it depends on: version, platform and build options. A wheel or an index that the user names
fills the same place.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from . import llama_build, pins
from .steps import Stop, run_logged, step

OPTIONS = Path(__file__).with_name("llama_build.cmake")
WHEEL_ENVIRONMENT = "KEYFRAMEFACE_LLAMA_WHEEL"
INDEX_ENVIRONMENT = "KEYFRAMEFACE_LLAMA_INDEX"


def provide() -> Path:
    """The wheel: named by the user, from the cache, or built now."""
    if named := os.environ.get(WHEEL_ENVIRONMENT):
        return _take_file(Path(named).expanduser())
    if index := os.environ.get(INDEX_ENVIRONMENT):
        return _take_from_index(index)
    if cached := cached_wheel():
        return cached
    with tempfile.TemporaryDirectory(prefix="keyframeface-llama-") as work:
        return _keep(llama_build.build(pinned_version(), OPTIONS, cache() / "logs", Path(work)))


def pinned_version() -> str:
    """The version of llama-cpp-python that everything here is tested with."""
    return pins.version_of("llama-cpp-python", pins.group("llama"))


def cache() -> Path:
    """KeyframeFace's folder among the user's caches, where this system keeps them."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "keyframeface" / "cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "keyframeface"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "keyframeface"


def place() -> Path:
    """The folder for this version, platform and set of build options."""
    options = hashlib.sha256(OPTIONS.read_bytes().replace(b"\r\n", b"\n") + os.environ.get("CMAKE_ARGS", "").encode())
    machine = f"{platform.system()}-{platform.machine()}".lower()
    return cache() / "wheels" / f"llama-cpp-python-{pinned_version()}-{machine}-{options.hexdigest()[:12]}"


def cached_wheel() -> Path | None:
    """The wheel in its place, if there is one."""
    return next(iter(sorted(place().glob("llama_cpp_python-*.whl"))), None)


def _take_file(wheel: Path) -> Path:
    if not wheel.is_file():
        raise Stop(f"{wheel}: no such file; --llama-wheel takes a llama-cpp-python {pinned_version()} wheel")
    if not wheel.name.startswith(f"llama_cpp_python-{pinned_version()}-") or wheel.suffix != ".whl":
        raise Stop(f"{wheel.name}: KeyframeFace is tested with llama_cpp_python-{pinned_version()}-*.whl only")
    cached = cached_wheel()
    if cached and cached.name == wheel.name and cached.read_bytes() == wheel.read_bytes():
        return cached
    return _keep(wheel)


def _take_from_index(index: str) -> Path:
    """Downloads once: the place remembers which index its wheel is from."""
    cached, source = cached_wheel(), place() / "index"
    if cached and source.is_file() and source.read_text(encoding="utf-8") == index:
        return cached
    with tempfile.TemporaryDirectory(prefix="keyframeface-llama-") as folder:
        with step(f"Fetching llama-cpp-python {pinned_version()} from {index}") as line:
            pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps"]
            wanted = ["--only-binary", ":all:", "--index-url", index, f"llama-cpp-python=={pinned_version()}"]
            run_logged([*pip, *wanted, "--dest", folder], cache() / "logs" / "llama-index.log", line)
        wheel = _keep(next(Path(folder).glob("*.whl")))
    source.write_text(index, encoding="utf-8")
    return wheel


def _keep(wheel: Path) -> Path:
    """Copies the wheel to its place, whole or not at all, in place of any other there."""
    folder = place()
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / "incoming.part"
    shutil.copyfile(wheel, half)
    for old in (*folder.glob("*.whl"), folder / "index"):
        old.unlink(missing_ok=True)
    kept = folder / wheel.name
    half.replace(kept)
    print(f"    kept for every later setup: {kept} ({kept.stat().st_size / 1e6:.0f} MB)", flush=True)
    return kept


def describe(wheel: Path) -> str:
    """What the wheel's tag promises, in words a person can use."""
    tag = wheel.stem.rpartition("-")[2]
    if tag.startswith("manylinux_"):
        _, major, minor, machine = tag.split(".")[0].split("_", 3)
        return f"any Linux with glibc {major}.{minor} or newer on {machine}"
    return f"this Linux only (untagged: {tag})" if tag.startswith("linux_") else tag
