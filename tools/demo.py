"""``build.py demo ["prompt"]``: a sentence to an animated head, pictures and files, through the product's own path."""

from __future__ import annotations

import argparse
import io
import re
import sys
import time
import zlib
from pathlib import Path

import bpy

from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.head import add_head
from keyframeface_addon.blender.head.stage import add_stage
from keyframeface_addon.blender.readback import record_at
from keyframeface_addon.blender.render import render_movie, render_strip
from keyframeface_addon.blender.render_command import HOLD
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.blender.saving import save_blend
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance, to_json
from keyframeface_addon.inference.engine import EngineError
from keyframeface_addon.inference.engines import engine_for_model
from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.interchange.files import OutputError, write_atomic
from keyframeface_addon.interchange.live_link_face import to_csv
from keyframeface_addon.language.request import Request, RequestError

from .steps import ROOT, step

PROMPT = "She tries to stay composed, then bursts into tears"
FPS = 24
LONGEST_NAME = 60
"""Characters of a file's name that come from the prompt."""
PICTURE, MOVIE = (400, 480), (540, 648)


def main() -> int:
    """Exit status 0 with the files listed, 1 with one line on what went wrong."""
    parser = argparse.ArgumentParser(prog="build.py demo", description=__doc__)
    parser.add_argument("prompt", nargs="?", default=PROMPT)
    parser.add_argument("--model", type=Path, help="another GGUF than the bundled one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--temperature", type=float, default=0.0)
    parser.add_argument("--out", type=Path, default=ROOT / "out", help="the folder for the results")
    options = parser.parse_args()
    started = time.monotonic()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console may not have every letter of a prompt
    try:
        request = Request(options.prompt, seed=options.seed, temperature=options.temperature)
        options.out.mkdir(parents=True, exist_ok=True)
        performance = _perform(request, options.model)
        files = _show(performance, options.out / _name(request.prompt))
    except (RequestError, EngineError, OutputError) as error:
        print(f"build.py demo: {error}")
        return 1
    except KeyboardInterrupt:
        print("build.py demo: stopped")
        return 130
    except OSError as error:
        print(f"build.py demo: cannot write {error.filename or options.out}: {error.strerror}")
        return 1
    print(f"Done in {time.monotonic() - started:.0f} s:")
    for file in files:
        print(f"    {file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}")
    return 0


def _perform(request: Request, model: Path | None) -> Performance:
    engine = engine_for_model(model)
    print(f'Asking {engine.name} through llama.cpp: "{request.prompt}"', flush=True)

    def tell(keyframe: Keyframe) -> None:
        print(f"    {keyframe.time:5.2f} s  {keyframe.label}", flush=True)

    started = time.monotonic()
    generation = Generation(request, engine)
    performance = generation.wait(tell)
    usage = generation.usage
    print(
        f"    {usage.answer_tokens} tokens in {time.monotonic() - started:.1f} s, the model loaded from disk included"
    )
    for repair in generation.repairs:
        print(f"    mended: {repair}")
    engine.close()
    return performance


def _show(performance: Performance, base: Path) -> list[Path]:
    """Writes every result beside ``base``, a path without an ending."""
    blend, sheet, movie, json, csv = (
        base.with_name(base.name + end) for end in (".blend", ".png", ".mp4", ".json", ".csv")
    )
    write_atomic(json, to_json(performance))
    write_atomic(csv, to_csv(performance))
    with step("Building a head with 52 shape keys and writing F-curves") as line:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        scene = bpy.data.scenes[0]
        scene.render.fps, scene.render.fps_base, scene.frame_start = FPS, 1.0, 1
        head = add_head(scene.collection)
        add_stage(scene, head)
        bpy.context.view_layer.objects.active = head
        head.select_set(True)
        face = find_face(head, scene)
        report = write_performance(face, performance, scene, scene.frame_start)
        scene.frame_end = report.last_frame + round(HOLD * FPS)
        line.progress(f"{report.curves} curves")
        save_blend(blend)
    with step("Rendering the contact sheet") as line:
        render_strip(
            scene,
            performance,
            record_at(face).frames,
            sheet,
            PICTURE,
            on_picture=lambda done, of: line.progress(f"{done} of {of}"),
        )
    with step("Rendering the movie") as line:
        render_movie(
            scene,
            scene.frame_start,
            scene.frame_end,
            movie,
            size=MOVIE,
            on_frame=lambda frame: line.progress(f"frame {frame} of {scene.frame_end}"),
        )
    return [blend, sheet, movie, json, csv]


def _name(prompt: str) -> str:
    """The prompt as a file name: its first words, or a number of its own where its letters do not suit every file system."""
    words = re.sub(r"[^a-z0-9]+", "-", prompt.lower()).strip("-")
    while len(words) > LONGEST_NAME and "-" in words:
        words = words.rpartition("-")[0]
    return words[:LONGEST_NAME] or f"face-{zlib.crc32(prompt.encode()):08x}"


if __name__ == "__main__":
    sys.exit(main())
