"""Who the demo head is: colours, hair, proportions; and a few people to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from .proportions import PLAIN, Proportions

RGB = tuple[float, float, float]
"""Linear."""


@dataclass(frozen=True)
class Character:
    """One person. The colours are linear RGB."""

    label: str
    skin: RGB
    lips: RGB
    hair: RGB
    brows: RGB
    iris: RGB
    clothes: RGB
    lashes: RGB = (0.014, 0.009, 0.008)
    flush: float = 1.0
    """How much blood shows through on cheeks, nose and ears."""
    age: float = 0.0
    """How deep the lines are that a face keeps: 1 for an old one."""
    hair_style: str = "swept"
    """One of ``hair.STYLES``."""
    proportions: Proportions = PLAIN


PRESETS: dict[str, Character] = {
    "ROBIN": Character(
        "Robin",
        skin=(0.86, 0.52, 0.37), lips=(0.66, 0.25, 0.21), hair=(0.095, 0.036, 0.016), brows=(0.055, 0.022, 0.012),
        iris=(0.035, 0.26, 0.30), clothes=(0.035, 0.13, 0.25),
    ),
    "AMARA": Character(
        "Amara",
        skin=(0.26, 0.105, 0.052), lips=(0.30, 0.070, 0.062), hair=(0.020, 0.014, 0.012), brows=(0.014, 0.008, 0.006),
        iris=(0.085, 0.030, 0.010), clothes=(0.62, 0.30, 0.035), lashes=(0.006, 0.004, 0.004), flush=0.8, hair_style="curls",
        proportions=Proportions(
            jaw_width=0.92, cheeks=0.16, nose_width=1.14, bridge=-0.20, lips=1.34, mouth_width=1.02, eye_size=1.05,
            eye_spacing=0.10, brows_up=0.15, brow_ridge=-0.1, ears=0.86, neck_width=0.86, neck_length=0.6, shoulders=0.93,
        ),
    ),
    "KENJI": Character(
        "Kenji",
        skin=(0.74, 0.45, 0.265), lips=(0.55, 0.23, 0.17), hair=(0.018, 0.015, 0.017), brows=(0.014, 0.010, 0.010),
        iris=(0.075, 0.030, 0.014), clothes=(0.16, 0.17, 0.18), flush=0.75, hair_style="tousled",
        proportions=Proportions(
            face_length=1.04, jaw_width=1.06, chin=0.35, cheeks=-0.1, bridge=-0.15, nose=0.96, eye_size=0.94, brow_ridge=0.12,
            ears=1.06, neck_width=1.18, shoulders=1.05,
        ),
    ),
    "LEILA": Character(
        "Leila",
        skin=(0.62, 0.325, 0.185), lips=(0.52, 0.11, 0.11), hair=(0.034, 0.016, 0.011), brows=(0.020, 0.010, 0.007),
        iris=(0.10, 0.20, 0.055), clothes=(0.33, 0.055, 0.085), lashes=(0.006, 0.004, 0.004), hair_style="bob",
        proportions=Proportions(
            jaw_width=0.88, chin=-0.1, nose=0.94, nose_width=0.88, bridge=0.12, lips=1.22, eye_size=1.05, eye_spacing=0.10,
            brow_ridge=-0.12, ears=0.84, neck_width=0.84, neck_length=0.5, shoulders=0.92,
        ),
    ),
    "MATEO": Character(
        "Mateo",
        skin=(0.50, 0.235, 0.118), lips=(0.42, 0.13, 0.10), hair=(0.030, 0.015, 0.010), brows=(0.020, 0.010, 0.007),
        iris=(0.21, 0.105, 0.026), clothes=(0.055, 0.17, 0.095), flush=0.8, age=0.15, hair_style="cropped",
        proportions=Proportions(
            cranium=0.97, face_length=1.07, face_width=1.02, jaw_width=1.10, chin=0.65, nose=1.12, nose_width=1.08, bridge=0.12,
            mouth_width=1.10, eye_size=0.93, brow_ridge=0.25, brows_up=-0.15, ears=1.05, neck_width=1.30, neck_length=-0.4, shoulders=1.12,
        ),
    ),
    "PIP": Character(
        "Pip",
        skin=(0.92, 0.60, 0.47), lips=(0.74, 0.30, 0.27), hair=(0.45, 0.135, 0.032), brows=(0.26, 0.080, 0.022),
        iris=(0.055, 0.24, 0.46), clothes=(0.70, 0.42, 0.06), lashes=(0.10, 0.035, 0.014), flush=1.35, hair_style="tousled",
        proportions=Proportions(
            size=0.88, cranium=1.09, face_length=0.85, face_width=1.03, jaw_width=1.05, chin=-0.35, cheeks=0.65, nose=0.78,
            bridge=-0.3, mouth_width=0.88, lips=0.96, brows_up=0.3, brow_ridge=-0.2, eye_size=1.11, eye_spacing=0.22, ears=1.04,
            neck_width=0.82, neck_length=-0.2, shoulders=0.80,
        ),
    ),
    "EDITH": Character(
        "Edith",
        skin=(0.86, 0.565, 0.44), lips=(0.60, 0.24, 0.22), hair=(0.44, 0.425, 0.42), brows=(0.27, 0.25, 0.24),
        iris=(0.13, 0.25, 0.36), clothes=(0.20, 0.12, 0.26), lashes=(0.07, 0.06, 0.06), flush=1.15, age=0.8, hair_style="bun",
        proportions=Proportions(
            size=0.97, face_length=1.02, jaw_width=0.99, cheeks=-0.22, jowls=0.55, chin=0.15, nose=1.14, bridge=0.18, lips=0.78,
            mouth_width=1.02, eye_size=0.93, brows_up=-0.1, ears=1.16, neck_width=0.90, neck_length=-0.2, shoulders=0.94,
        ),
    ),
    "OTTO": Character(
        "Otto",
        skin=(0.80, 0.46, 0.34), lips=(0.58, 0.24, 0.20), hair=(0.50, 0.475, 0.43), brows=(0.50, 0.47, 0.42),
        iris=(0.10, 0.17, 0.13), clothes=(0.09, 0.075, 0.06), lashes=(0.07, 0.06, 0.06), flush=1.3, age=0.9, hair_style="receding",
        proportions=Proportions(
            face_width=1.04, jaw_width=1.06, cheeks=0.25, jowls=0.6, chin=0.1, nose=1.26, nose_width=1.12, bridge=0.1, lips=0.76,
            mouth_width=1.06, eye_size=0.91, brow_ridge=0.3, brows_up=-0.1, ears=1.22, neck_width=1.30, neck_length=-0.5, shoulders=1.08,
        ),
    ),
}  # fmt: skip
"""By the operator's identifier; the first is what a face is unless told otherwise."""
DEFAULT = PRESETS["ROBIN"]
