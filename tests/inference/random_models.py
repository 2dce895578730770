"""GGUF models with random weights around the vocabularies of real models, which llama-cpp-python's source package carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np

WIDTH, HEADS, KV_HEADS, LAYERS, FEED_FORWARD = 64, 4, 2, 2, 128


def write_random_model(path: Path, vocabulary: Path, architecture: str, seed: int = 0, context: int = 4096) -> None:
    """A small model of the given architecture (``llama`` or ``qwen2``) that knows nothing: its words are noise."""
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, architecture)
    tokens = _copy_tokenizer(vocabulary, writer)
    writer.add_name(f"random {architecture}")
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    kv = WIDTH * KV_HEADS // HEADS
    shapes: dict[str, tuple[int, ...]] = {"token_embd.weight": (tokens, WIDTH), "output_norm.weight": (WIDTH,)}
    for i in range(LAYERS):
        block = {"attn_norm": (WIDTH,), "ffn_norm": (WIDTH,), "attn_q": (WIDTH, WIDTH), "attn_k": (kv, WIDTH)}
        block |= {"attn_v": (kv, WIDTH), "attn_output": (WIDTH, WIDTH), "ffn_down": (WIDTH, FEED_FORWARD)}
        block |= {"ffn_gate": (FEED_FORWARD, WIDTH), "ffn_up": (FEED_FORWARD, WIDTH)}
        shapes |= {f"blk.{i}.{name}.weight": shape for name, shape in block.items()}
        if architecture == "qwen2":
            shapes |= {f"blk.{i}.attn_{n}.bias": (WIDTH if n == "q" else kv,) for n in "qkv"}
    for name, shape in shapes.items():
        weights = np.ones(shape) if name.endswith("norm.weight") else random.normal(0, 0.5, shape)
        kind = np.float32 if len(shape) == 1 else np.float16
        writer.add_tensor(name, weights.astype(kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _copy_tokenizer(vocabulary: Path, writer: gguf.GGUFWriter) -> int:
    """Copies every tokenizer field as it is; returns the number of tokens."""
    count = 0
    for field in gguf.GGUFReader(vocabulary).fields.values():
        if not field.name.startswith("tokenizer."):
            continue
        value: Any = field.contents()
        kind = field.types[0]
        writer.add_key_value(field.name, value, kind, field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None)
        if field.name == "tokenizer.ggml.tokens":
            count = len(value)
    return count
