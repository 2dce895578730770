"""Contact sheets and movies: what is in them, and that nothing of the animator's settings is changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from keyframeface_addon.blender import render_settings
from keyframeface_addon.blender.contact_sheet import columns_for, worth_showing
from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.head import add_head, add_stage
from keyframeface_addon.blender.pixels import load_picture
from keyframeface_addon.blender.render import picture_file, render_movie, render_sequence, render_strip
from keyframeface_addon.blender.render_settings import engine_id
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.interchange.files import OutputError
from tests.blender.snapshot import everything

ROOT = Path(__file__).resolve().parents[2]
SIZE = (96, 112)
FRAMES = (11, 23, 59)
"""Where ``head`` has the keyframes of its laugh."""


@pytest.fixture
def head(scene: bpy.types.Scene, laugh: Performance) -> bpy.types.Object:
    """The demo face, which laughs from frame 11 on."""
    made = add_head(scene.collection)
    write_performance(find_face(made, scene), laugh, scene, 11)
    return made


def settings_of(scene: bpy.types.Scene) -> dict[str, Any]:
    """Every plain setting that rendering has to do with."""
    shading, ffmpeg = scene.display.shading, scene.render.ffmpeg
    found: dict[str, Any] = {"camera": scene.camera, "world": scene.world}
    for owner in (
        scene,
        scene.render,
        scene.render.image_settings,
        ffmpeg,
        scene.display,
        shading,
        scene.view_settings,
    ):
        for prop in owner.bl_rna.properties:
            if (
                prop.identifier != "use_nodes"
                and prop.type in ("BOOLEAN", "INT", "FLOAT", "STRING", "ENUM")
                and not prop.is_readonly
            ):
                value = getattr(owner, prop.identifier)
                found[f"{type(owner).__name__}.{prop.identifier}"] = (
                    list(value) if getattr(prop, "is_array", False) else value
                )
    return found


@pytest.mark.parametrize("staged", [True, False], ids=["with a camera", "without a camera"])
def test_strip(
    scene: bpy.types.Scene, head: bpy.types.Object, laugh: Performance, tmp_path: Path, staged: bool
) -> None:
    if staged:
        add_stage(scene, head)
    scene.frame_set(5)
    before, blocks, told = settings_of(scene), everything(), list[tuple[int, int]]()
    render_strip(
        scene, laugh, FRAMES, tmp_path / "strip.png", SIZE, on_picture=lambda done, of: told.append((done, of))
    )
    assert settings_of(scene) == before
    assert everything() == blocks
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert [path.name for path in tmp_path.iterdir()] == ["strip.png"]
    sheet = load_picture(tmp_path / "strip.png")
    height, width, _ = sheet.shape
    assert width > 3 * SIZE[0]
    assert height > SIZE[1]
    pictures = pictures_in(sheet)
    assert len(pictures) == 3
    assert np.abs(pictures[0] - pictures[1]).max() > 0.2  # a calm face and a laughing one
    assert pictures[0].std() > 0.05  # not the background alone


def pictures_in(sheet: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
    """The pictures of the first row, found by where the paper is."""
    paper = np.abs(sheet[..., :3] - sheet[0, 0, :3]).max(axis=2) < 0.02
    inked = ~paper
    # a row through the pictures crosses as much ink as they are wide; lettering is far thinner
    rows = np.flatnonzero(inked.sum(axis=1) > 2.5 * SIZE[0])
    top = rows[0]
    middle = inked[top + SIZE[1] // 2]
    edges = (np.flatnonzero(np.diff(middle.astype(int)) == 1) + 1).tolist()
    starts = [start for start in edges if middle[start : start + SIZE[0]].all()]
    return [sheet[top : top + SIZE[1], start : start + SIZE[0], :3] for start in starts]


def test_the_lettering_can_be_seen(
    scene: bpy.types.Scene, head: bpy.types.Object, laugh: Performance, tmp_path: Path
) -> None:
    """Dark on light above the pictures (the prompt) and below them (times and labels)."""
    render_strip(scene, laugh, FRAMES, tmp_path / "strip.png", SIZE)
    sheet = load_picture(tmp_path / "strip.png")[..., :3].mean(axis=2)
    rows = np.flatnonzero((sheet < 0.85).sum(axis=1) > 2.5 * SIZE[0])
    above, below = sheet[: rows[0]], sheet[rows[-1] + 1 :]
    for part in (above, below):
        assert (part < 0.5).sum() > 20
        assert part[0].min() > 0.85  # nothing is cut off by the edge or a picture
        assert part[-1].min() > 0.85


@pytest.mark.parametrize(
    ("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 3), (6, 3), (7, 4), (8, 4), (9, 3), (10, 4)]
)
def test_rows_of_up_to_four(count: int, columns: int) -> None:
    assert columns_for(count) == columns


def test_movie(scene: bpy.types.Scene, head: bpy.types.Object, tmp_path: Path) -> None:
    add_stage(scene, head)
    scene.frame_set(5)
    before, blocks, frames = settings_of(scene), everything(), list[int]()
    render_movie(scene, 11, 23, tmp_path / "movie.mp4", fps=6, size=(65, 49), on_frame=frames.append)
    assert settings_of(scene) == before
    assert everything() == blocks
    assert frames == [11, 15, 19, 23]
    assert [path.name for path in tmp_path.iterdir()] == ["movie.mp4"]
    clip = bpy.data.movieclips.load(str(tmp_path / "movie.mp4"))
    assert (clip.frame_duration, clip.fps, tuple(clip.size)) == (4, 6.0, (64, 48))


def test_sequence(scene: bpy.types.Scene, head: bpy.types.Object, tmp_path: Path) -> None:
    scene.frame_set(5)
    before, blocks, frames = settings_of(scene), everything(), list[int]()
    (tmp_path / "shot_0023.png").write_bytes(b"an older one")
    count = render_sequence(scene, 11, 23, tmp_path / "shot_####.png", fps=2, size=(64, 48), on_frame=frames.append)
    assert settings_of(scene) == before
    assert everything() == blocks
    assert frames == [11, 23]
    assert count == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"shot_00{frame}.png" for frame in frames]
    calm, laughing = (load_picture(tmp_path / f"shot_00{frame}.png")[..., :3] for frame in (11, 23))
    assert calm.shape == (48, 64, 3)
    assert np.abs(calm - laughing).max() > 0.2


@pytest.mark.parametrize(
    ("pattern", "frame", "name"),
    [
        ("shot_####.png", 12, "shot_0012.png"),
        ("#.png", 120, "120.png"),
        ("shot.png", 7, "shot0007.png"),
        ("a##_b.png", -3, "a-3_b.png"),
    ],
)
def test_pictures_are_numbered(tmp_path: Path, pattern: str, frame: int, name: str) -> None:
    assert picture_file(tmp_path / pattern, frame) == tmp_path / name


@pytest.mark.parametrize(("count", "apex"), [(1, 0), (12, 5), (13, 6), (40, 17), (400, 1), (400, 399), (25, 0)])
def test_a_long_take_is_shown_by_its_first_its_last_and_its_apex(count: int, apex: int) -> None:
    keyframes = (Keyframe(i / 10, "", {"jawOpen": 1.0 if i == apex else 0.5}) for i in range(count))
    chosen = worth_showing(Performance(tuple(keyframes)))
    assert len(chosen) == min(count, 12)
    assert chosen == sorted(set(chosen))
    assert {0, apex, count - 1} <= {*chosen}


def test_a_scene_that_renders_movies_stays_so(
    scene: bpy.types.Scene, head: bpy.types.Object, laugh: Performance, tmp_path: Path
) -> None:
    image = scene.render.image_settings
    if hasattr(image, "media_type"):
        image.media_type = "VIDEO"
    image.file_format = "FFMPEG"
    before = settings_of(scene)
    render_strip(scene, laugh, FRAMES, tmp_path / "strip.png", (32, 32))
    assert settings_of(scene) == before


@pytest.mark.parametrize("kind", ["strip", "movie"])
def test_colours_of_the_output_stay_the_animators(
    scene: bpy.types.Scene, head: bpy.types.Object, laugh: Performance, tmp_path: Path, kind: str
) -> None:
    image = scene.render.image_settings
    image.color_management = "OVERRIDE"
    view = image.view_settings
    view.view_transform, view.exposure, view.gamma = "Raw", 1.5, 1.2
    if kind == "strip":
        render_strip(scene, laugh, FRAMES, tmp_path / "strip.png", (32, 32))
    else:
        render_movie(scene, 11, 12, tmp_path / "movie.mp4", size=(32, 32))
    assert image.color_management == "OVERRIDE"
    assert view.view_transform == "Raw"
    assert (view.exposure, view.gamma) == pytest.approx((1.5, 1.2))


def test_lettering_leaves_no_ink_and_no_font(
    scene: bpy.types.Scene, head: bpy.types.Object, laugh: Performance, tmp_path: Path
) -> None:
    before = {*bpy.data.materials, *bpy.data.fonts}
    render_strip(scene, laugh, FRAMES, tmp_path / "strip.png", (32, 32))
    assert {*bpy.data.materials, *bpy.data.fonts} == before


def test_a_movie_that_would_lack_its_beginning_is_refused(
    scene: bpy.types.Scene, head: bpy.types.Object, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="-12"):
        render_movie(scene, -12, 12, tmp_path / "movie.mp4", size=(32, 32))
    assert not list(tmp_path.iterdir())


INTERRUPTED_MOVIE = """
import signal, sys
from pathlib import Path
import bpy
sys.path.insert(0, sys.argv[1])
from keyframeface_addon.blender.head import add_head, add_stage
from keyframeface_addon.blender.render import render_movie
bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
add_stage(scene, add_head(scene.collection))
render_movie(scene, 1, 20, Path(sys.argv[2]), size=(32, 32), on_frame=lambda frame: signal.raise_signal(signal.SIGINT))
"""


def test_ctrl_c_while_a_movie_is_rendered(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTED_MOVIE, str(ROOT), str(tmp_path / "movie.mp4")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 130, done.stderr
    assert done.stderr.splitlines()[-1] == "keyframeface: stopped; nothing was written"  # EGL may complain before
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_where_that_is_impossible(
    scene: bpy.types.Scene, laugh: Performance, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="no folder"):
        render_strip(scene, laugh, FRAMES, tmp_path / "none" / "strip.png", SIZE)
    with pytest.raises(OutputError, match="folder"):
        render_movie(scene, 1, 2, tmp_path, None, SIZE)


def test_engines_by_what_this_blender_has() -> None:
    assert engine_id("workbench") == "BLENDER_WORKBENCH"
    assert engine_id("eevee").startswith("BLENDER_EEVEE")
    assert engine_id("cycles") == "CYCLES"


def test_without_egl_there_is_one_line_instead_of_an_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render_settings, "can_draw", lambda: False)
    with pytest.raises(OutputError, match="libEGL"):
        engine_id("workbench")
    assert engine_id("cycles") == "CYCLES"


ONE_ENGINE = """
import sys
from pathlib import Path
import bpy
sys.path.insert(0, sys.argv[1])
from keyframeface_addon.blender.head import add_head, add_stage
from keyframeface_addon.blender.render import render_strip
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
add_stage(scene, add_head(scene.collection))
render_strip(scene, Performance((Keyframe(0.0, "calm", {}),), "A prompt"), (1,), Path(sys.argv[2]), (48, 48), sys.argv[3])
print("DONE", flush=True)
import os
os._exit(0)  # 4.2 and 4.5 may crash or hang at exit once two renderers were used
"""


@pytest.mark.parametrize("engine", ["cycles", "eevee"])
def test_other_engines(tmp_path: Path, engine: str) -> None:
    """Cycles letters too. In a process of its own: EEVEE after Cycles has crashed and hung."""
    command = [sys.executable, "-c", ONE_ENGINE, str(ROOT), str(tmp_path / "strip.png"), engine]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert "DONE" in done.stdout, done.stdout + done.stderr
    sheet = load_picture(tmp_path / "strip.png")[..., :3]
    assert sheet.std() > 0.02
    assert sheet[:40].min() < 0.5  # the prompt
