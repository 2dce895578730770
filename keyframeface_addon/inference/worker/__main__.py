"""``python -I -c BOOTSTRAP ... --model FILE`` or ``--server URL``: started by ``inference.process``, never by hand."""

from __future__ import annotations

import argparse
import signal

from .protocol import Answerer, Inbox, Outbox, Refused, serve


def _load(arguments: argparse.Namespace) -> tuple[str, Answerer]:
    if arguments.server:
        from .server import Server

        return arguments.server, Server(arguments.server)
    from .llama import Llama

    model = Llama(arguments.model, arguments.threads, arguments.gpu_layers)
    return model.description, model


def main() -> int:
    """Loads, says so, and answers until its input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="")
    parser.add_argument("--server", default="")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--gpu-layers", type=int, default=-1)
    arguments = parser.parse_args()
    # Ctrl-C in the terminal reaches the whole process group; what to do about it is for the parent to say
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    outbox, inbox = Outbox(), Inbox()
    try:
        name, answerer = _load(arguments)
    except (Refused, ImportError, OSError) as error:
        outbox.send("failed", message=str(error))
        return 1
    outbox.send("ready", name=name)
    serve(answerer, inbox, outbox)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
