"""The manifest says what the extension is, within what Blender's validator and its platform allow."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
MANIFEST: dict[str, Any] = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
SHORT = re.compile(r".{1,63}[\w)\]}]")  # at most 64 characters, a letter, digit or closing bracket at the end


def test_identity() -> None:
    assert (MANIFEST["id"], MANIFEST["name"], MANIFEST["type"]) == ("keyframeface", "KeyframeFace", "add-on")
    assert re.fullmatch(r"\d+\.\d+\.\d+", MANIFEST["version"])


def test_oldest_blender_is_the_first_with_extensions() -> None:
    assert MANIFEST["blender_version_min"] == "4.2.0"


def test_licence_is_the_one_that_blenders_platform_wants() -> None:
    assert MANIFEST["license"] == ["SPDX:GPL-3.0-or-later"]


def test_tagline_fits() -> None:
    assert SHORT.fullmatch(MANIFEST["tagline"])


@pytest.mark.parametrize("permission", ["files", "network"])
def test_permission_has_a_reason_that_fits(permission: str) -> None:
    assert SHORT.fullmatch(MANIFEST["permissions"][permission])


def test_no_permission_that_is_not_needed() -> None:
    assert set(MANIFEST["permissions"]) == {"files", "network"}


def test_what_only_the_package_knows_is_left_to_it() -> None:
    assert not {"wheels", "platforms", "build"} & set(MANIFEST)
