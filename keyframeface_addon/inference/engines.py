"""The engines of this process: one for each model, kept warm until it is closed."""

from __future__ import annotations

import atexit
from pathlib import Path

from .engine import EngineError
from .locations import bundled_model
from .process import WorkerEngine

_engines: dict[tuple[str, ...], WorkerEngine] = {}


def engine_for_model(
    path: Path | None = None, threads: int = 0, gpu_layers: int = -1, log: Path | None = None
) -> WorkerEngine:
    """The engine of a GGUF file, the bundled one unless told otherwise. Raises EngineError where there is no such file."""
    path = (path or bundled_model()).expanduser().absolute()
    if not path.is_file():
        raise EngineError(f"there is no model file {path}")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise EngineError(f"{path} is not a GGUF model; choose a file in llama.cpp's .gguf format")
    return _engine(path.stem, ("--model", str(path), "--threads", str(threads), "--gpu-layers", str(gpu_layers)), log)


def engine_for_server(url: str, log: Path | None = None) -> WorkerEngine:
    """The engine of an OpenAI-compatible server."""
    if not url.startswith(("http://", "https://")):
        raise EngineError(f"a server's address starts with http:// or https://, not {url!r}")
    return _engine(url, ("--server", url), log)


def _engine(name: str, options: tuple[str, ...], log: Path | None) -> WorkerEngine:
    """One that holds the same model with other settings is closed: two would not fit into the memory of many machines."""
    wanted = (*options, str(log or ""))
    for other in [other for other in _engines if other != wanted and other[:2] == wanted[:2]]:
        if not _engines[other].busy:
            _engines.pop(other).close()
    if wanted not in _engines:
        _engines[wanted] = WorkerEngine(name, options, log)
    return _engines[wanted]


def close_idle(seconds: float) -> None:
    """Frees the models that nobody has asked for so long; the next answer loads them again."""
    for engine in _engines.values():
        if engine.idle > seconds:
            engine.close()


@atexit.register
def close_engines() -> None:
    """Frees every model."""
    for engine in _engines.values():
        engine.close()
    _engines.clear()
