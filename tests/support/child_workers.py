"""A worker for the tests of the sandbox: it does what its requests tell it, good and bad."""

import ctypes
import os
import signal
import time
from pathlib import Path


def open_worker(settings):
    if settings.get("cannot_start"):
        raise SystemExit(3)

    kept = []

    def answer(request):
        match request["do"]:
            case "echo":
                return str(request["text"]).encode()
            case "print":
                print("a library that chats")
                return b"quiet"
            case "environment":
                return repr(sorted(os.environ)).encode()
            case "process":
                return str(os.getpid()).encode()
            case "write":
                Path(request["path"]).write_bytes(b"x" * 10)
                return b"written"
            case "fail":
                raise ValueError("this worker failed")
            case "eat":
                return b"x" * request["bytes"] and b"ate it"
            case "answer":
                return b"x" * request["bytes"]
            case "keep":
                kept.append(b"x" * request["bytes"])
                return str(len(kept[-1])).encode()
            case "spin":
                while True:
                    pass
            case "sleep":
                time.sleep(request["seconds"])
                return b"awake"
            case "crash":
                ctypes.string_at(0)
            case "signal":
                os.kill(os.getpid(), getattr(signal, request["name"]))
        return b""

    return answer
