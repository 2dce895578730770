"""The OpenAI-compatible way, against a small server on this machine that speaks as llama-server and vLLM do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from keyframeface_addon.inference.engine import EngineError
from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.inference.process import WorkerEngine
from keyframeface_addon.language.request import Request

ANSWER = "0.0 at rest:\n0.6 a smile spreads: cheekSquint 30 mouthSmile 60\n"


class _Handler(BaseHTTPRequestHandler):
    seen: list[dict[str, Any]]
    status = 200

    def do_POST(self) -> None:
        self.seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.status if self.path == "/v1/chat/completions" else 404)
        self.end_headers()
        chunks = [
            {"role": "assistant"},
            *({"content": ANSWER[i : i + 5]} for i in range(0, len(ANSWER), 5)),
            {"content": None},
        ]
        for delta in chunks:
            self.wfile.write(f"data: {json.dumps({'choices': [{'delta': delta}]})}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, type[_Handler]]]:
    handler = type("Handler", (_Handler,), {"seen": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}", handler
        http.shutdown()


def _engine(url: str, tmp_path: Path) -> WorkerEngine:
    return WorkerEngine(url, ("--server", url), tmp_path / "log")


@pytest.mark.parametrize("ending", ["", "/", "/v1"])
def test_a_server_answers_like_a_model(server: tuple[str, type[_Handler]], tmp_path: Path, ending: str) -> None:
    url, handler = server
    engine = _engine(url + ending, tmp_path)
    performance = Generation(Request("she smiles", seed=4, temperature=0.5), engine).wait()
    engine.close()
    assert [k.label for k in performance.keyframes] == ["at rest", "a smile spreads"]
    body = handler.seen[0]
    assert body["messages"][1]["content"] == "Prompt: she smiles"
    assert (body["seed"], body["temperature"], body["stream"]) == (4, 0.5, True)
    assert body["grammar"] == body["structured_outputs"]["grammar"]


def test_a_refusal_of_the_server_is_passed_on(server: tuple[str, type[_Handler]], tmp_path: Path) -> None:
    url, handler = server
    handler.status = 503
    engine = _engine(url, tmp_path)
    with pytest.raises(EngineError, match=r"answered 503"):
        Generation(Request("she smiles"), engine).wait()
    engine.close()


def test_nobody_there(tmp_path: Path) -> None:
    engine = _engine("http://127.0.0.1:9", tmp_path)
    with pytest.raises(EngineError, match="is it running there"):
        Generation(Request("she smiles"), engine).wait()
    engine.close()
