"""llama.cpp: a GGUF file loaded, a chat evaluated on top of what is already there, tokens chosen under the grammar."""

from __future__ import annotations

import codecs
import ctypes
import os
import re
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import llama_cpp
from llama_cpp import _ggml

from .chat import ChatFormat
from .protocol import Ending, Outbox, Refused, one_line
from .sampler import Sampler

CONTEXT = 4096
ROOM_TO_ANSWER = 200
"""Tokens: less than that would cut even a short performance."""
BATCH = 512
READ_AT_ONCE = 128
"""Tokens of a prompt between two words about how far it is."""
SMALL_MODEL = 200 << 20
"""Bytes of the file below which a model counts as small."""
_DEBUG_LEVEL, _ERROR_LEVEL = 1, 4  # GGML_LOG_LEVEL_DEBUG, GGML_LOG_LEVEL_ERROR


def default_threads(model_bytes: int) -> int:
    """Two logical processors are mostly one core, and beyond eight cores the memory is what limits.

    A small model gets one: its tokens take a millisecond, and llama.cpp's threads wait for each other spinning, so that on a
    machine which also plays back or renders a second thread made it 35 times slower (measured: 10 ms became 350 ms a token).
    """
    if model_bytes < SMALL_MODEL:
        return 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(8, usable if usable <= 4 else usable // 2))


class _Log:
    """Passes llama.cpp's log on to stderr, which is the log file, and remembers its last errors."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self._callback = llama_cpp.llama_log_callback(self._write)
        llama_cpp.llama_log_set(self._callback, ctypes.c_void_p(0))

    def _write(self, level: int, text: bytes, _: ctypes.c_void_p) -> None:
        if level == _DEBUG_LEVEL:
            return
        line = text.decode("utf-8", "replace")
        sys.stderr.write(line)
        if level == _ERROR_LEVEL:
            self.errors.append(line.strip())

    def reason(self) -> str:
        """What llama.cpp said, without the names of its functions."""
        said = next(
            (line for line in self.errors if "error loading model: " in line), (self.errors or ["no reason given"])[0]
        )
        return re.sub(r"^\w+: (error loading model: )?", "", said)


class Llama:
    """One model in memory with one context. Raises Refused where the file is not a model that writes text."""

    def __init__(self, path: str, threads: int = 0, gpu_layers: int = -1) -> None:
        self._log = _Log()
        _load_backends()
        llama_cpp.llama_backend_init()
        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = (
            (999 if gpu_layers < 0 else gpu_layers) if llama_cpp.llama_supports_gpu_offload() else 0
        )
        model = llama_cpp.llama_model_load_from_file(os.fsencode(path), parameters)
        if not model:
            raise Refused(f"{path} cannot be used as a model: {self._log.reason()}")
        self._model: Any = model
        self.vocab = llama_cpp.llama_model_get_vocab(model)
        self._refuse_unless_text(path)
        self.context_size = min(CONTEXT, llama_cpp.llama_model_n_ctx_train(model) or CONTEXT)
        settings = llama_cpp.llama_context_default_params()
        settings.n_ctx = self.context_size
        settings.n_batch = settings.n_ubatch = BATCH
        settings.n_threads = settings.n_threads_batch = threads or default_threads(os.path.getsize(path))
        settings.no_perf = True
        self.context = llama_cpp.llama_init_from_model(model, settings)
        if not self.context:
            raise Refused(f"{path} needs more memory than there is: {self._log.reason()}")
        try:
            self._chat = ChatFormat(
                self._metadata("tokenizer.chat_template"), self._special("bos"), self._special("eos")
            )
        except Exception as error:
            raise Refused(
                f"{path}: its chat template cannot be used ({one_line(error)}); choose another model"
            ) from None
        self._evaluated: list[int] = []  # what the context holds
        self._is_small = os.path.getsize(path) < SMALL_MODEL
        self._pieces: dict[int, bytes] = {}
        self._is_cancelled: Callable[[], bool] = lambda: False
        self._abort = llama_cpp.ggml_abort_callback(lambda _: self._is_cancelled())
        self.description = self._metadata("general.name") or Path(path).stem

    def answer(
        self, request: dict[str, Any], outbox: Outbox, cancelled: Callable[[], bool]
    ) -> Generator[str, None, Ending]:
        """Yields the answer in pieces. Only what differs from the last prompt is evaluated."""
        self._log.errors.clear()
        tokens = self.tokenize(self._chat.render(request["messages"]))
        begun = self._continuation(tokens, request)
        tokens += begun
        room = self.context_size - len(tokens)
        if room < ROOM_TO_ANSWER:
            raise Refused(
                f"the request takes {len(tokens):,} tokens, but this model's context holds {self.context_size:,} and"
                f" {ROOM_TO_ANSWER} are needed for the answer; shorten prompt or background"
            )
        started = time.perf_counter()
        fresh = self._evaluate(tokens, request["id"], outbox, cancelled)
        if cancelled():
            return Ending(0)
        outbox.send(
            "prompt", id=request["id"], tokens=len(tokens), evaluated=fresh, seconds=time.perf_counter() - started
        )
        sampler = Sampler(self.context, self.vocab, request["grammar"], request["temperature"], request["seed"])
        if begun:
            sampler.accept(begun)
            yield request["begun"]
        text = codecs.getincrementaldecoder("utf-8")("replace")
        longest = min(room, request["max_tokens"])
        for count in range(longest):
            if cancelled():
                return Ending(count)
            token = sampler.choose()
            if llama_cpp.llama_vocab_is_eog(self.vocab, token):
                return Ending(count)
            if piece := text.decode(self.piece(token)):
                yield piece
            if self._decode([token]):
                self._evaluated.append(token)
        return Ending(longest, cut=True)

    def _continuation(self, asked: list[int], request: dict[str, Any]) -> list[int]:
        """The beginning of the answer as the tokens that the model itself would write; as a prompt they are read at once.

        None where it has no beginning, or a vocabulary cuts it in another way (SentencePiece puts a space before it): then
        the grammar brings the model to say it token by token.
        """
        if not request["begun"]:
            return []
        tokens = self.tokenize(self._chat.render(request["messages"]) + request["begun"])
        begun = tokens[len(asked) :]
        said = b"".join(map(self.piece, begun))
        return begun if tokens[: len(asked)] == asked and said == request["begun"].encode("utf-8") else []

    def tokenize(self, text: str) -> list[int]:
        """Token ids, with the marks of the chat template as the single tokens they are."""
        data = text.encode("utf-8")
        capacity = len(data) + 8
        tokens = (llama_cpp.llama_token * capacity)()
        # a template that writes its own beginning-of-text token must not get a second one
        add = not self._chat.writes_bos
        count = llama_cpp.llama_tokenize(self.vocab, data, len(data), tokens, capacity, add, True)
        return list(tokens[: max(0, count)])

    def piece(self, token: int) -> bytes:
        """The bytes a token stands for; it may be part of a character."""
        if token not in self._pieces:
            self._pieces[token] = self._look_up(token)
        return self._pieces[token]

    def _look_up(self, token: int) -> bytes:
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            length = llama_cpp.llama_token_to_piece(self.vocab, token, buffer, size, 0, False)
            if length >= 0:
                return buffer.raw[:length]
            size = -length

    def _evaluate(self, tokens: list[int], request_id: int, outbox: Outbox, cancelled: Callable[[], bool]) -> int:
        """Brings the context to ``tokens`` and returns how many of them had to be evaluated.

        Says how far it is after each part: without a GPU a large model reads for minutes, and silence counts as hanging.
        """
        kept = 0
        for old, new in zip(
            self._evaluated, tokens[:-1], strict=False
        ):  # the last one always anew: its logits are needed
            if old != new:
                break
            kept += 1
        memory = llama_cpp.llama_get_memory(self.context)
        if not llama_cpp.llama_memory_seq_rm(memory, 0, kept, -1):  # recurrent models cannot go back part of the way
            llama_cpp.llama_memory_clear(memory, True)
            kept = 0
        del self._evaluated[kept:]
        self._is_cancelled = cancelled
        # only while the prompt is read: asked at every node of the graph it would slow each single token down
        llama_cpp.llama_set_abort_callback(self.context, self._abort, ctypes.c_void_p(0))
        try:
            at_once = BATCH if self._is_small else READ_AT_ONCE
            for start in range(kept, len(tokens), at_once):
                part = tokens[start : start + at_once]
                if cancelled() or not self._decode(part):
                    break
                self._evaluated += part
                outbox.send("reading", id=request_id, done=len(self._evaluated), of=len(tokens))
        finally:
            llama_cpp.llama_set_abort_callback(self.context, llama_cpp.ggml_abort_callback(), ctypes.c_void_p(0))
        return len(tokens) - kept

    def _decode(self, tokens: list[int]) -> bool:
        """False where it was broken off: then the context holds none of these."""
        array = (llama_cpp.llama_token * len(tokens))(*tokens)
        status = llama_cpp.llama_decode(self.context, llama_cpp.llama_batch_get_one(array, len(tokens)))
        if status not in (0, 2):  # 2: aborted by the callback
            raise Refused(f"llama.cpp could not evaluate the request (status {status}): {self._log.reason()}")
        return bool(status == 0)

    def _refuse_unless_text(self, path: str) -> None:
        architecture = self._metadata("general.architecture")
        pools = self._metadata(f"{architecture}.pooling_type") not in ("", "0")
        embeds = pools or self._metadata(f"{architecture}.attention.causal") == "false"
        encodes = llama_cpp.llama_model_has_encoder(self._model)
        if embeds or encodes or llama_cpp.llama_vocab_type(self.vocab) == 0:
            raise Refused(
                f"{path} is a model of the kind {architecture!r}, which does not write text; choose an instruct model"
            )

    def _metadata(self, key: str) -> str:
        size = 4096
        while True:
            buffer = ctypes.create_string_buffer(size)
            length = llama_cpp.llama_model_meta_val_str(self._model, key.encode(), buffer, size)
            if length < size:
                return buffer.value.decode("utf-8", "replace") if length >= 0 else ""
            size = length + 1

    def _special(self, which: str) -> str:
        token = getattr(llama_cpp, f"llama_vocab_{which}")(self.vocab)
        text = llama_cpp.llama_vocab_get_text(self.vocab, token) if token >= 0 else None
        return text.decode("utf-8", "replace") if text else ""


def _load_backends() -> None:
    """A portable build keeps one library for each kind of processor and picks the best here.

    Without it: "llama_model_load_from_file_impl: no backends are loaded. hint: use ggml_backend_load()".
    """
    # A wheel holds no links, so libggml.so and the libggml.so.0 that libllama needs are two files and would be two libraries,
    # each with its own list of backends. Symbols are found through libllama; only Windows does not look into what it needs.
    library = _ggml.libggml if sys.platform == "win32" else llama_cpp.llama_cpp._lib
    library.ggml_backend_reg_count.restype = ctypes.c_size_t
    if library.ggml_backend_reg_count() == 0:
        library.ggml_backend_load_all_from_path.argtypes = [ctypes.c_char_p]
        library.ggml_backend_load_all_from_path.restype = None
        library.ggml_backend_load_all_from_path(os.fsencode(_ggml.libggml_base_path))
