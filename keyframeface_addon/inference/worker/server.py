"""An OpenAI-compatible server (llama-server, vLLM) in place of a model of one's own; the same worker, so that Blender never waits."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator
from typing import Any

import requests

from .protocol import Ending, Outbox, Refused

TIMEOUT = (10.0, 110.0)
"""Seconds to connect, and between two pieces."""


class Server:
    """Talks to ``URL/v1/chat/completions``."""

    def __init__(self, url: str) -> None:
        base = url.rstrip("/").removesuffix("/v1")
        self._url = base + "/v1/chat/completions"
        self._base = base

    def answer(
        self, request: dict[str, Any], outbox: Outbox, cancelled: Callable[[], bool]
    ) -> Generator[str, None, Ending]:
        """Yields the answer as the server streams it. The grammar is sent the way llama-server and the way vLLM take it."""
        body = {
            "messages": request["messages"],
            "temperature": request["temperature"],
            "seed": request["seed"],
            "max_tokens": request["max_tokens"],
            "stream": True,
            "grammar": request["grammar"],
            "structured_outputs": {"grammar": request["grammar"]},
            "chat_template_kwargs": {"enable_thinking": False},
        }
        started, count, cut = time.perf_counter(), 0, False
        try:
            with requests.post(self._url, json=body, stream=True, timeout=TIMEOUT) as response:
                if response.status_code != 200:
                    raise Refused(
                        f"the server at {self._base} answered {response.status_code}: {response.text[:200]!r}"
                    )
                outbox.send("prompt", id=request["id"], tokens=0, evaluated=0, seconds=time.perf_counter() - started)
                for line in response.iter_lines():
                    if cancelled():
                        break
                    if line.startswith(b"data: ") and line != b"data: [DONE]":
                        piece, cut = _text(line[6:])
                        if piece:
                            count += 1
                            yield piece
        except requests.RequestException as error:
            reason = type(error).__name__
            raise Refused(f"no answer from the server at {self._base} ({reason}); is it running there?") from None
        return Ending(count, cut)


def _text(data: bytes) -> tuple[str, bool]:
    """What one event adds, and whether the answer was cut off there."""
    try:
        choices = json.loads(data)["choices"]
        if not choices:
            return "", False
        return str(choices[0]["delta"].get("content") or ""), choices[0].get("finish_reason") == "length"
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise Refused(f"the server's answer is not OpenAI-compatible: {data[:100]!r}") from None
