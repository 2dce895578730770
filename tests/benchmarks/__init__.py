"""Measured figures with their goals: each module has a `measure() -> Iterator[Figure]`, `build.py bench` runs it."""
