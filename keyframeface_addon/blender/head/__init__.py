"""The demo head: a character of our own, made by code, to try performances on. Imports nothing else of the add-on."""

from .build import add_head, free_place, people_in
from .character import DEFAULT, PRESETS, Character
from .stage import add_stage

__all__ = ["DEFAULT", "PRESETS", "Character", "add_head", "add_stage", "free_place", "people_in"]
