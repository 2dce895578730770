"""Vocabularies of real models, for counting tokens and for models with random weights; kept in the user's cache.

llama-cpp-python's source package carries them as GGUF files without weights.
"""

from __future__ import annotations

import sys
import tarfile
import tempfile
from pathlib import Path

from .llama_wheel import cache, pinned_version
from .steps import run_logged, step

NAMES = ("llama-spm", "qwen2")


def provide() -> dict[str, Path]:
    """Name of the vocabulary -> its GGUF file; fetched once."""
    folder = cache() / "vocabularies" / pinned_version()
    files = {name: folder / f"ggml-vocab-{name}.gguf" for name in NAMES}
    if not all(file.is_file() for file in files.values()):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as work, step("Fetching vocabularies of real models") as line:
            source = f"llama-cpp-python=={pinned_version()}"
            pip = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--disable-pip-version-check",
                "--no-deps",
                "--no-build-isolation",
            ]
            run_logged(
                [*pip, "--no-binary", "llama-cpp-python", source, "--dest", work], cache() / "logs" / "source.log", line
            )
            _extract(next(Path(work).glob("*.tar.gz")), files)
    return files


def _extract(archive: Path, files: dict[str, Path]) -> None:
    wanted = {file.name: file for file in files.values()}
    with tarfile.open(archive) as tar:
        for member in tar:
            if (target := wanted.get(Path(member.name).name)) is not None and (
                data := tar.extractfile(member)
            ) is not None:
                half = target.with_suffix(".part")
                half.write_bytes(data.read())
                half.replace(target)
