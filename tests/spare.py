"""The program without its start: on a desk it is forked from a process that has read its modules already.

It has streams, an environment, a folder and an end of its own, as any process. CI starts each (see `draws`).
"""

import json
import os
import socket
import subprocess
import sys
import traceback
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn

from draws import FULL


def takes(options: dict[str, Any]) -> bool:
    """Whether a run with these of `subprocess.run`'s options can be made here, and is to be."""
    return not FULL and options.keys() <= {"env", "cwd", "stdout", "stderr"}


def either(args: list[str], **how: Any) -> "subprocess.CompletedProcess[str]":
    """The program with these arguments, from here where it can be."""
    if takes(how):
        return run(args, **how)
    return subprocess.run([sys.executable, "-m", "onrecord", *args], text=True, check=False, **how)


def run(args: list[str], env: Any = None, cwd: Any = None, **streams: Any) -> "subprocess.CompletedProcess[str]":
    """As `subprocess.run(["onrecord", *args], text=True, …)`."""
    server = _server()
    given, pipes = [os.open(os.devnull, os.O_RDONLY)], {}
    for name in ("stdout", "stderr"):
        if (stream := streams.get(name, subprocess.PIPE)) == subprocess.PIPE:
            pipes[name], writing = os.pipe()
            given.append(writing)
        else:
            given.append(os.dup(stream if isinstance(stream, int) else stream.fileno()))
    call = {"args": args, "env": dict(env or os.environ), "cwd": str(cwd or Path.cwd())}
    socket.send_fds(server, [json.dumps(call).encode()], given)
    for number in given:
        os.close(number)
    said: dict[str, str] = {}

    def read(name: str, number: int) -> None:
        with open(number, encoding="utf-8") as stream:
            said[name] = stream.read()

    readers = [Thread(target=read, args=pipe) for pipe in pipes.items()]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return subprocess.CompletedProcess(args, int(server.recv(100)), said.get("stdout"), said.get("stderr"))


@cache
def _server() -> socket.socket:
    """One for each worker; it ends when the worker's end of the socket is closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    path = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
    with theirs:
        subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
    return ours


def _serve(asked: socket.socket) -> None:
    from onrecord.cli import app

    while True:
        raw, given, _, _ = socket.recv_fds(asked, 2**20, 3)
        if not raw:
            return
        if not (child := os.fork()):
            asked.close()
            _become(app, given, **json.loads(raw))
        for number in given:
            os.close(number)
        asked.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _become(app: Any, given: list[int], args: list[str], env: dict[str, str], cwd: str) -> NoReturn:
    for number, stream in enumerate(given):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.path[:0] = filter(None, env.get("PYTHONPATH", "").split(os.pathsep))
    sys.stdin, sys.stdout = open(0), open(1, "w")  # noqa: SIM115
    sys.stderr = open(2, "w", errors="backslashreplace")  # noqa: SIM115
    code: Any = 0
    try:
        app(args, prog_name="onrecord")
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = 120  # as Python ends where its last words are not taken
    os._exit(code)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
