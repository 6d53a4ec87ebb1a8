"""A dataset repository on the Hub: look, download, create, commit, tag."""

import hashlib
import os
import time
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from msgspec import Struct

from .trouble import Failed, HubError, Moved, Trouble, line, trouble_of

T = TypeVar("T")

PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each repetition."""
PATIENCE = 900
"""Seconds that the Hub may ask to wait at most; its windows are of five minutes."""
_BATCH = 2**26
"""Bytes to upload between two words of progress."""


class Head(Struct, frozen=True):
    """The repository's newest commit."""

    sha: str
    private: bool


class Blob(Struct, frozen=True):
    """A remote file: git's name of the content, or of a large file its SHA-256; bytes."""

    oid: str
    sha256: str | None
    size: int

    def holds(self, path: Path) -> bool:
        """Whether a local file has this very content."""
        size = path.stat().st_size
        if size != self.size:
            return False
        with path.open("rb") as file:
            if self.sha256 is not None:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
            digest = hashlib.sha1(b"blob %d\0" % size)
            while block := file.read(2**20):
                digest.update(block)
        return digest.hexdigest() == self.oid


def size(n: float) -> str:
    """Bytes, for people."""
    for unit in ("B", "kB", "MB"):
        if n < 1000:
            return f"{n:.0f} {unit}"
        n /= 1000
    return f"{n:.1f} GB"


class Hub:
    """One dataset repository."""

    def __init__(
        self,
        repo: str,
        token: str | None,
        progress: Callable[[str], None] = lambda _: None,
        endpoint: str | None = None,
    ) -> None:
        from huggingface_hub import HfApi

        self.repo, self.progress = repo, progress
        self.notes: list[str] = []
        self._token = token
        self._api = HfApi((endpoint or os.environ.get("HF_ENDPOINT") or "").rstrip("/") or None, token=token or False)

    @property
    def url(self) -> str:
        return f"{self._api.endpoint}/datasets/{self.repo}"

    @property
    def writes(self) -> bool:
        """Whether there is a token to write with."""
        return self._token is not None

    def check(self) -> None:
        """Refuse at once what would be refused at the end: a token that is none, or can only read.

        Raises:
            HubError: it is.
        """
        try:
            who = self._try(self._api.whoami)
        except Failed as failed:
            if failed.trouble.status == 401:
                self._give_up(failed.trouble)
            return  # a token of a CI is nobody's; whether it may write shows when it does
        if who.get("auth", {}).get("accessToken", {}).get("role") == "read":
            raise HubError(f"the token can only read; take one that may write to {self.repo}")

    def head(self) -> Head | None:
        """The newest commit, or None where there is no repository that this token can see."""
        try:
            info = self._try(lambda: self._api.dataset_info(self.repo))
        except Failed as failed:
            if failed.trouble.status == 404 or (failed.trouble.status == 401 and not self.writes):
                return None
            self._give_up(failed.trouble)
        return Head(info.sha, bool(info.private))

    def files(self, revision: str) -> dict[str, Blob]:
        """Path → file of a commit, a branch or a tag; without folders."""
        listed = self._do(
            lambda: list(self._api.list_repo_tree(self.repo, recursive=True, revision=revision, repo_type="dataset"))
        )
        return {
            f.path: Blob(f.blob_id, f.lfs.sha256 if f.lfs else None, f.size) for f in listed if hasattr(f, "blob_id")
        }

    def tags(self) -> dict[str, str]:
        """Name → commit."""
        refs = self._do(lambda: self._api.list_repo_refs(self.repo, repo_type="dataset"))
        return {t.name: t.target_commit for t in refs.tags}

    def last(self, revision: str) -> tuple[str, str]:
        """Title and message of a commit."""
        commit = self._do(lambda: self._api.list_repo_commits(self.repo, revision=revision, repo_type="dataset"))[0]
        return commit.title, commit.message

    def download(self, path: str, revision: str, folder: Path) -> Path:
        """A file of a commit, into a folder."""
        got = self._do(
            lambda: self._api.hf_hub_download(self.repo, path, repo_type="dataset", revision=revision, local_dir=folder)
        )
        return Path(got)

    def create(self, private: bool) -> Head:
        """A new repository; one that has come into being meanwhile is taken as it is."""
        self._do(lambda: self._api.create_repo(self.repo, repo_type="dataset", private=private or None, exist_ok=True))
        head = self.head()
        if head is None:
            raise HubError(f"{self.repo} exists, but this token can't see it; ask its owner, or name another")
        return head

    def upload(self, files: Mapping[str, Path]) -> list[Any]:
        """Send ahead what the Hub keeps apart from git; what it has already is not sent again.

        Args:
            files: path in the repository → local file.

        Returns:
            What `commit` is to add.
        """
        from huggingface_hub import CommitOperationAdd

        additions = [CommitOperationAdd(path, str(file)) for path, file in files.items()]
        total = sum(a.upload_info.size for a in additions)
        sent = 0
        batch: list[Any] = []
        for i, addition in enumerate(additions, 1):
            batch.append(addition)
            if i == len(additions) or sum(a.upload_info.size for a in batch) >= _BATCH:
                self.progress(
                    f"uploading {len(additions)} files, {size(total)}{f', {size(sent)} done' if sent else ''}"
                )
                try:
                    self._do(partial(self._send_ahead, tuple(batch)))
                except HubError as error:
                    raise HubError(f"uploading failed: {error}") from None
                sent += sum(a.upload_info.size for a in batch)
                batch = []
        return additions

    def _send_ahead(self, additions: tuple[Any, ...]) -> None:
        """No `.gitignore` on the Hub keeps a file out."""
        self._api.preupload_lfs_files(
            self.repo, additions, repo_type="dataset", free_memory=False, gitignore_content=""
        )

    def commit(
        self, parent: str, add: list[Any], delete: list[str], title: str, message: str, done: Callable[[], bool]
    ) -> None:
        """One commit on top of `parent`: all of it or nothing, and never twice.

        Args:
            add: what `upload` has sent ahead.
            done: looks whether the newest commit holds all that was to be committed.

        Raises:
            Moved: the repository has moved on; nothing was committed.
            HubError: it could not be done.
        """
        from huggingface_hub import CommitOperationDelete

        self.progress("committing")

        def send() -> None:
            with warnings.catch_warnings(record=True) as said:  # what the Hub thinks of the card
                self._api.create_commit(
                    self.repo,
                    [*(CommitOperationDelete(p, is_folder=False) for p in delete), *add],
                    commit_message=title,
                    commit_description=message,
                    repo_type="dataset",
                    parent_commit=parent,
                )
            self.notes += [line(w.message) for w in said if isinstance(w.message, UserWarning)]

        def settled() -> bool:
            """After a doubtful answer, or a refusal that may be of the second of two attempts."""
            head = self.head()
            if head is not None and head.sha == parent:
                return False
            if done():
                return True
            raise Moved(f"{self.repo} has got another commit meanwhile")

        try:
            self._try(send, settled)
        except Failed as failed:
            if failed.trouble.status == 412 and settled():
                return
            self._give_up(failed.trouble)

    def tag(self, name: str, commit: str, message: str) -> None:
        """A tag that is there already on the same commit is as good.

        Raises:
            HubError: it is on another commit.
        """

        def send() -> None:
            self._api.create_tag(self.repo, tag=name, revision=commit, tag_message=message, repo_type="dataset")

        try:
            self._try(send)
        except Failed as failed:
            if failed.trouble.status != 409:
                self._give_up(failed.trouble)
            if self.tags().get(name) != commit:
                raise HubError(f"the tag {name} has come to be on another commit meanwhile") from None

    def _do(self, request: Callable[[], T]) -> T:
        try:
            return self._try(request)
        except Failed as failed:
            self._give_up(failed.trouble)

    def _try(self, request: Callable[[], T], settled: Callable[[], bool] | None = None) -> T | Any:
        """Ask until there is an answer. After each failure `settled` says whether it was done all the same.

        Raises:
            Failed: there is none, or it is a refusal.
        """
        for pause in (*PAUSES, None):
            try:
                return request()
            except Exception as error:
                trouble = trouble_of(error)
            if not trouble.again:
                raise Failed(trouble)
            if settled is not None and settled():
                return None
            if pause is None or (trouble.wait or 0) > PATIENCE:
                raise Failed(trouble)
            pause = max(pause, trouble.wait or 0)
            self.progress(f"{trouble.message}; again in {pause:.0f} s")
            time.sleep(pause)
        raise AssertionError

    def _give_up(self, trouble: Trouble) -> NoReturn:
        raise HubError(self.hide(self._words(trouble))) from None

    def _words(self, trouble: Trouble) -> str:
        if trouble.status == 401 and self.writes:
            return "the Hub does not know the token; log in again (hf auth login), or set HF_TOKEN anew"
        if trouble.status == 401:
            return "the Hub asks for a token; log in (hf auth login), or set HF_TOKEN"
        if trouble.status == 403:
            return f"the token may not write to {self.repo}; give it the permission on the Hub, or take another"
        if trouble.status == 404:
            return f"there is no dataset {self.repo}, or this token can't see it"
        if trouble.wait is not None and trouble.wait > PATIENCE:
            return f"the Hub asks to wait for {trouble.wait:.0f} s; try again then"
        return f"{trouble.message}; try again later" if trouble.again else trouble.message

    def hide(self, text: str) -> str:
        """A text without the token."""
        return text.replace(self._token, "[token]") if self._token else text
