"""A corpus's folder of local things: what this machine knows of a server, the account on the corpus's own, a key.

It is made here, and stays here. One that came with the corpus is somebody else's: it could name a server of theirs as
the user's, or a process to be stopped. What Git tracks came so, and is refused by whoever asks for the folder.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ...checking.report.visible import visible
from ...files.writing import write_atomic
from .errors import ServerError
from .process import inherited

FOLDER = ".onrecord"
_PATIENCE = 60.0
"""Seconds that Git may take."""
_GIT = ("--no-optional-locks", "-c", "core.fsmonitor=false")
"""A work tree's own configuration may name a program to be run; none of it is."""


def folder(corpus: Path) -> Path:
    """The folder, made at need and ignored by Git.

    Raises:
        ServerError: it came with the corpus.
    """
    found = there(corpus)
    if not (found / ".gitignore").is_file():
        write_atomic(found / ".gitignore", b"*\n")
    return found


def there(corpus: Path) -> Path:
    """Where the folder is, or would be.

    Raises:
        ServerError: it came with the corpus, or nobody can tell; or it leads elsewhere.
    """
    found = corpus / FOLDER
    if not os.path.lexists(found):
        return found
    if link := next(filter(os.path.islink, _ours(found)), None):
        raise ServerError(f"{link} is a link; what is local to a corpus stays in it, so take the link away")
    if why := _tracked(corpus):
        raise ServerError(f"{found} {why}; take it out of the repository (git rm -r --cached {found}) or delete it")
    return found


def _ours(found: Path) -> Iterator[Path]:
    """The folder and what is read or written here of it; not what the server keeps in its own data."""
    yield found
    for inner in (found, found / "labelstudio", found / "studio"):
        if inner.is_dir():
            yield from sorted(inner.iterdir())


def _tracked(corpus: Path) -> str | None:
    """Why the folder can't be trusted, or None: it, or something in it, is in Git's index."""
    here = Path(os.path.realpath(corpus))
    if not any(os.path.lexists(p / ".git") for p in (here, *here.parents)):
        return None
    git = shutil.which("git")
    if git is None:
        return "stands in a Git work tree, and without Git nobody can tell whether it came with it"
    command = [git, *_GIT, "-C", str(here), "ls-files", "-z", "--cached", "--", f":(icase){FOLDER}"]
    try:
        done = subprocess.run(
            command, env=inherited() | {"GIT_NO_LAZY_FETCH": "1"}, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_PATIENCE,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"can't be told from what came with the corpus: Git can't be asked ({type(error).__name__})"
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit code {done.returncode}"]
        return f"can't be told from what came with the corpus: Git says “{visible(said[0][:200])}”"
    if done.stdout:
        first = done.stdout.split(b"\0")[0].decode("utf-8", "replace")
        return f"is tracked by Git ({visible(first)}), so it came with the corpus, and a stranger may have made it"
    return None
