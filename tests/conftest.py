"""For all tests."""

from __future__ import annotations

from hypothesis import settings

# machines that share their cores take a second now and then: "DeadlineExceeded: Test took 433.90ms"
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
