"""Performances put together by program from the lexicon, and variations of the authored ones. Deterministic by seed."""
