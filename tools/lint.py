"""The checks that need no test: form, types, the import arrow, and an add-on that leaves nothing behind in Blender."""

from __future__ import annotations

from pathlib import Path

from .steps import ROOT, Command, run


def main(lint_python: Path, blender_python: Path) -> int:
    """Runs every check, also after one has failed; 1 if any did."""
    checks: list[tuple[str, Command]] = [
        ("ruff check", [lint_python, "-m", "ruff", "check"]),
        ("ruff format", [lint_python, "-m", "ruff", "format", "--check"]),
        ("mypy --strict", [lint_python, "-m", "mypy"]),
        ("import arrow, manifest", [blender_python, "-m", "pytest", "-q", *_STRUCTURE_TESTS]),
        ("register and unregister", [blender_python, "-m", "tools.registration"]),
    ]
    failed: list[str] = []
    for name, command in checks:
        print(f"{name} ...", flush=True)
        if run(command) != 0:
            failed.append(name)
    print(f"lint: failed: {', '.join(failed)}" if failed else "lint: all passed")
    return 1 if failed else 0


_STRUCTURE_TESTS = [ROOT / "tests" / "test_architecture.py", ROOT / "tests" / "test_manifest.py"]
