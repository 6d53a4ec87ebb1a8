"""Programs that are started here: what they inherit, and how they end."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

_INHERITED = frozenset(
    (
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TMP", "TEMP", "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
        "PROGRAMDATA",
    )
)  # fmt: skip


def inherited() -> dict[str, str]:
    """What another program needs of our environment to run, and nothing else: tokens and keys stay here."""
    return {k: v for k, v in os.environ.items() if k.upper() in _INHERITED or k.startswith("LC_")}


class Process:
    """A server and all its children, in a process group of their own: Ctrl-C in the terminal does not reach them."""

    def __init__(self, pid: int, child: "subprocess.Popen[bytes] | None" = None) -> None:
        self.pid, self._child = pid, child

    @classmethod
    def begin(cls, command: list[str], cwd: Path, env: dict[str, str], out: IO[bytes]) -> "Process":
        child = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
        return cls(child.pid, child)

    @property
    def ended(self) -> bool:
        return not _alive(self.pid) if self._child is None else self._child.poll() is not None

    def stop(self) -> None:
        """End the whole group, politely at first."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, sign)
            deadline = time.monotonic() + 15
            while time.monotonic() < deadline:
                if self.ended and not _alive(self.pid):
                    return
                time.sleep(0.05)


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def exists(pid: int) -> bool:
    """Whether there is a process of this number, whosever it is."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
