"""``python -m models.export [CHECKPOINT] [FILE.gguf]``: the trained network as a GGUF file that llama.cpp runs as it is."""

from __future__ import annotations

import sys
from pathlib import Path

import gguf
import numpy as np
import torch

from .network import Network, Shape
from .tokenizer import CHAT_TEMPLATE, SPECIALS, Pieces

RUN = Path(__file__).with_name("run")
CHECKPOINT = RUN / "model.pt"
TARGET = Path(__file__).with_name("keyframeface-small.gguf")
NAME = "KeyframeFace Small"


def load(checkpoint: Path = CHECKPOINT) -> Network:
    """The network of a checkpoint, ready to run."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    network = Network(Shape(**state["shape"]))
    network.load_state_dict(state["average"] if "average" in state else state["weights"])
    network.eval()
    return network


def export(network: Network, pieces: Pieces, path: Path = TARGET) -> None:
    """Writes the file: matrices in Q8_0, norms in float."""
    shape = network.shape
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name(NAME)
    writer.add_author("The KeyframeFace project")
    writer.add_license("CC0-1.0")
    writer.add_description(
        "Sentences to facial keyframes. Word pieces and warm-up on GoEmotions (Demszky et al. 2020, CC BY 4.0)."
    )
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    vocabulary = pieces.vocabulary()
    vocabulary += [f"<|unused {n}|>" for n in range(len(vocabulary), shape.vocabulary)]
    control, normal, unused = (
        int(kind) for kind in (gguf.TokenType.CONTROL, gguf.TokenType.NORMAL, gguf.TokenType.UNUSED)
    )
    kinds = [
        control if piece in SPECIALS else unused if number >= len(pieces) else normal
        for number, piece in enumerate(vocabulary)
    ]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary)
    writer.add_token_types(kinds)
    writer.add_token_merges(pieces.merges())
    writer.add_bos_token_id(pieces.end)
    writer.add_eos_token_id(pieces.end)
    writer.add_pad_token_id(pieces.end)
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)
    for name, weight in network.state_dict().items():
        array = weight.detach().to(torch.float32).numpy().astype(np.float32)
        if array.ndim == 2:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(array, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> int:
    """Exports and says how large the file is."""
    checkpoint = Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKPOINT
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else TARGET
    export(load(checkpoint), Pieces.load(), target)
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
