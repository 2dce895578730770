"""``python -I -c BOOTSTRAP ... --model FILE`` or ``--server URL``: started by ``inference.process``, never by hand."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback

from .protocol import Answerer, Inbox, Outbox, Refused, one_line, serve


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
    except Refused as error:
        outbox.send("failed", message=str(error))
        return 1
    except Exception as error:
        traceback.print_exc()
        outbox.send("failed", message=one_line(error))
        return 1
    outbox.send("ready", name=name)
    serve(answerer, inbox, outbox)
    return 0


if __name__ == "__main__":
    # The inbox's thread holds stdin; an ordinary end would wait for it and then abort: "Fatal Python error: _enter_buffered_busy"
    status = main()
    sys.stderr.flush()
    os._exit(status)
