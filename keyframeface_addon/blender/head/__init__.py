"""The demo head: a character of our own, made by code, to try performances on. Imports nothing else of the add-on."""

from .build import add_head
from .stage import add_stage

__all__ = ["add_head", "add_stage"]
