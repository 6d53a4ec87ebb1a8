"""A corpus → a dataset repository on the Hugging Face Hub: one commit, then the tag of its version.

What is to be done is worked out first, against what is there (`Plan`), and refused where it would break what users rely
on: a tag means one content for ever, and a version says how far the new content is from the old.
"""

import fnmatch
import re
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from msgspec import Struct

from .. import __version__
from ..building.building import BuildFailed, Policy, build
from ..dataset.front import FrontError, divided, mappings, parsed
from ..files.corpus_folder import key_line, read_info
from ..files.parsing import file_finding
from ..findings.finding import Finding
from .hub import Blob, Hub, HubError, Moved
from .hub.trouble import line
from .rights import reserved
from .versions import Dataset, Level, Reason, Version, compare

_ODD = (TypeError, KeyError, ValueError, AttributeError, IndexError, RecursionError, NotImplementedError)
"""What comparing ends in where published files are damaged, or of another program."""
_KEPT = ".gitattributes"
"""The Hub's own file: what is stored apart from git."""
_STUB = {_KEPT, "README.md", "LICENSE", "LICENSE.md"}
"""What a repository may hold that somebody has just made on the Hub's pages."""
_MARK = "Made by onrecord"
"""In the message of every commit that is made here."""


class Options(Struct, frozen=True, kw_only=True):
    """`private`: of a new repository; `tag`: v and the version without it; `output`: the build's folder, if to be kept."""

    private: bool = False
    tag: str | None = None
    include_text: bool = False
    dry_run: bool = False
    output: Path | None = None


class Refused(Exception):
    """Nothing was published; `findings` say why, `plan` what would have been done."""

    def __init__(self, findings: list[Finding], plan: "Plan | None" = None) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings, self.plan = findings, plan


class Plan(Struct, frozen=True, kw_only=True):
    """What publishing does: to files, as paths with their sizes, and to tags.

    `head` is the newest commit, None where there is no repository yet; `old` the version that is there; `reasons` are
    what changed, the gravest first; `tagged` says that the tag is there already, on this content; `notes` are for people.
    """

    head: str | None
    version: Version
    old: Version | None
    add: dict[str, int]
    change: dict[str, int]
    delete: dict[str, int]
    reasons: list[Reason]
    tag: str
    tagged: bool
    texts: str
    notes: list[str]

    @property
    def changed(self) -> bool:
        return bool(self.add or self.change or self.delete)


class Publication:
    """One publication. `state` says at any time how far it is, for whoever stops it."""

    def __init__(
        self,
        corpus: Path,
        hub: Hub | Callable[[], Hub],
        options: Options,
        progress: Callable[[str], None] = lambda _: None,
        fails: Callable[[list[Finding]], list[Finding]] = lambda _: [],
        policy: Policy = list,
    ) -> None:
        """
        Args:
            hub: the repository, or what connects to it; nothing is asked there before the corpus is built.
            fails: which of the build's warnings forbid it.
            policy: which findings count, and for how much.

        Raises:
            BuildFailed: corpus.toml is missing or not as it must be.
            ValueError: the tag is not as it must be; the message says how.
        """
        path = corpus / "corpus.toml"
        info, faults = read_info(corpus)
        if info is None:
            message = "corpus.toml is missing: it says what is published, and in which version"
            missing = file_finding(
                "PUB010", str(path), message, "write it; onrecord's own corpus has one to start from"
            )
            raise BuildFailed(faults or [missing])
        version = Version.parse(info.version)
        if version is None:
            message = f"the version {info.version!r} is not of the form 1.2.3"
            at = (key_line(path, "version"), 1)
            raise BuildFailed([file_finding("PUB011", str(path), message, "correct it", at, "/version")])
        self.corpus, self.options = corpus, options
        self._connect: Callable[[], Hub] = hub if callable(hub) else lambda: hub
        self.progress, self.fails, self.policy = progress, fails, policy
        self.info, self.version = info, version
        self.tag = _tag(options.tag, version)
        self.state = "nothing was published"

    def run(self) -> Plan:
        """Validate, build, compare, commit, tag; with `dry_run` only as far as comparing.

        Whoever has a corpus with errors asks nobody.

        Raises:
            BuildFailed, ValueError, OSError: as `build` does.
            Refused: version or tag don't fit what is there.
            HubError: the Hub or the network; `state` says how far it came.
        """
        with_text, texts = choose(self.corpus, self.options.include_text)
        with ExitStack() as stack:
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onrecord-publish-")))
            folder = self.options.output or scratch / "build"
            self.progress("validating and building")
            summary = build(self.corpus, folder, self.progress, text=with_text, tasks=False, policy=self.policy)
            if failing := self.fails(summary.warnings):
                raise BuildFailed(failing)
            self.progress("asking the Hub")
            self.hub = self._connect()
            if not self.options.dry_run:
                if not self.hub.writes:
                    raise HubError("publishing needs a token; log in (hf auth login), or set HF_TOKEN")
                self.hub.check()
            local = {p.relative_to(folder / "dataset").as_posix(): p for p in _files(folder / "dataset")}
            plan, findings = self._plan(local, scratch, texts)
            if findings:
                raise Refused(findings, plan)
            if not self.options.dry_run:
                self._publish(plan, local)
            return plan

    def _plan(self, local: dict[str, Path], scratch: Path, texts: str) -> tuple[Plan, list[Finding]]:
        self.progress("comparing with what is there")
        head = self.hub.head()
        remote = self.hub.files(head.sha) if head else {}
        if head and self.options.private and not head.private:
            raise HubError(f"{self.hub.repo} is there, and public; make it private on the Hub, or leave out --private")
        add, change, delete = difference(local, remote)
        notes: list[str] = []
        if head is None and not self.hub.writes:
            notes.append("asked without a token: a private repository would not be seen")
        old, reasons, findings = None, [], []
        if head and set(remote) - {_KEPT}:
            before = self.hub.download("README.md", head.sha, scratch / "old") if "README.md" in remote else None
            card = _card(before)
            tags = card.get("tags")
            if not isinstance(tags, list) or "onrecord" not in tags:
                self._ours(remote)
            else:
                old = _version(card)
                if add or change or delete:
                    notes += self._edited(head.sha)
                    reasons = self._reasons(card, local, remote, scratch, head.sha, [*add, *change, *delete])
                    findings += self._rises(old, reasons)
        tags = self.hub.tags() if head else {}
        if (tagged := self.tag in tags) and not findings:
            findings += self._taken(local, bool(add or change or delete))
        plan = Plan(
            head=head.sha if head else None,
            version=self.version,
            old=old,
            add={p: local[p].stat().st_size for p in add},
            change={p: local[p].stat().st_size for p in change},
            delete={p: remote[p].size for p in delete},
            reasons=reasons,
            tag=self.tag,
            tagged=tagged,
            texts=texts,
            notes=notes,
        )
        return plan, findings

    def _ours(self, remote: dict[str, Blob]) -> None:
        """Nobody else's files are deleted."""
        if foreign := sorted(set(remote) - _STUB):
            more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
            raise HubError(
                f"{self.hub.repo} holds what onrecord did not publish ({foreign[0]}{more}); name another, or empty it"
            )

    def _edited(self, sha: str) -> list[str]:
        title, message = self.hub.last(sha)
        if _MARK in message:
            return []
        return [f"main was edited on the Hub (“{title}”); this replaces it, and the history keeps it"]

    def _reasons(
        self,
        card: dict[str, Any],
        local: dict[str, Path],
        remote: dict[str, Blob],
        scratch: Path,
        sha: str,
        touched: list[str],
    ) -> list[Reason]:
        """What changed; files of records that are the same on both sides are not looked into."""
        mine = _card(local.get("README.md"))
        old = [
            (split, self.hub.download(path, sha, scratch / "old"))
            for split, path in _records(card, remote)
            if path in touched
        ]
        new = [(split, local[path]) for split, path in _records(mine, local) if path in touched]
        try:
            reasons = compare(Dataset(card, tuple(old)), Dataset(mine, tuple(new)))
        except _ODD as error:
            why = f"{self.hub.repo} holds records of another form, or damaged ones ({line(error)})"
            raise HubError(f"{why}; restore them on the Hub, or publish under another name") from None
        return reasons or [Reason(Level.PATCH, "card or other files changed")]

    def _rises(self, old: Version | None, reasons: list[Reason]) -> list[Finding]:
        if old is None:
            return []
        gravest = max(reasons, key=lambda r: r.level)
        needed = old.raised(gravest.level)
        if self.version >= needed:
            return []
        message = (
            f"the version is {self.version}, and {old} is published; "
            f"a {gravest.level.name.lower()} change ({gravest.what}) asks for {needed} at least"
        )
        return [self._finding("PUB001", message, f'set version = "{needed}"')]

    def _taken(self, local: dict[str, Path], changed: bool) -> list[Finding]:
        """The tag is there: it must be on this content, and main, too."""
        if any(difference(local, self.hub.files(self.tag))):
            message = f"the tag {self.tag} of {self.hub.repo} is there, and stands for other content"
        elif changed:
            message = f"the tag {self.tag} of {self.hub.repo} stands for this content, but main has moved on from it"
        else:
            return []
        return [self._finding("PUB002", message, "raise the version, or name another tag")]

    def _finding(self, code: str, message: str, fix: str) -> Finding:
        path = self.corpus / "corpus.toml"
        return file_finding(code, str(path), message, fix, (key_line(path, "version"), 1), "/version")

    def _publish(self, plan: Plan, local: dict[str, Path]) -> None:
        sha = plan.head
        if sha is None:
            self.progress(f"making {self.hub.repo}")
            sha = self.hub.create(self.options.private).sha
            self.state = "an empty repository was made, and nothing was published"
            if set(self.hub.files(sha)) - {_KEPT}:
                raise Moved(f"{self.hub.repo} has come to hold files meanwhile; {self.state}")
        if plan.changed:
            sha = self._commit(sha, plan, local)
        if not plan.tagged:
            self.progress(f"setting the tag {self.tag}")
            self.hub.tag(self.tag, sha, f"{self.info.title}, version {self.version}")
        plan.notes.extend(self.hub.notes)
        self.state = "all was published"

    def _commit(self, parent: str, plan: Plan, local: dict[str, Path]) -> str:
        why = "\n".join(r.what for r in plan.reasons) or "first version"
        title, message = f"Version {self.version}", f"{why}\n\n{_MARK} {__version__}"
        add = self.hub.upload({p: local[p] for p in (*plan.add, *plan.change)})
        before, self.state = self.state, "whether it was published is not known; the next run finds out and goes on"
        try:
            self.hub.commit(parent, add, list(plan.delete), title, message, lambda: self._is_there(local) is not None)
        except Moved:
            self.state = before
            raise
        sha = self._is_there(local)
        if sha is None:
            raise HubError(f"what is on {self.hub.url} now is not what was sent; look at its newest commits")
        self.state = f"the content is published (commit {sha[:7]}), the tag {self.tag} is not yet set; run it again"
        return sha

    def _is_there(self, local: dict[str, Path]) -> str | None:
        """The newest commit if it holds the local files and no others."""
        head = self.hub.head()
        return None if head is None or any(difference(local, self.hub.files(head.sha))) else head.sha


def choose(corpus: Path, include_text: bool) -> tuple[bool, str]:
    """Whether the texts go along, and why."""
    count, closed = reserved(corpus)
    if not closed:
        return True, "with the texts: the rights of every record are an open licence"
    why = f"{len(closed)} of {count} are under no open licence (“{_short(closed[0])}”)"
    if include_text:
        return True, f"with the texts, as told, although {why}"
    return False, f"without the texts: {why}; --include-text publishes them all the same"


def difference(local: dict[str, Path], remote: dict[str, Blob]) -> tuple[list[str], list[str], list[str]]:
    """Paths to add, to change and to delete, so that the remote files are the local ones; the Hub's own stays."""
    add = sorted(p for p in local if p not in remote)
    change = sorted(p for p in local if p in remote and not remote[p].holds(local[p]))
    delete = sorted(p for p in remote if p not in local and p != _KEPT)
    return add, change, delete


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _tag(given: str | None, version: Version) -> str:
    tag = given or f"v{version}"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]*", tag) or ".." in tag or tag.endswith((".", ".lock")):
        raise ValueError(f"{tag!r} is no name for a tag; use v{version}")
    named = Version.parse(tag.removeprefix("v"))
    if named is not None and named != version:
        raise ValueError(f"the tag is {tag}, and the version in corpus.toml {version}; make them agree")
    return tag


def _card(path: Path | None) -> dict[str, Any]:
    """The YAML of a dataset card; empty where there is none that can be read."""
    try:
        return parsed(divided(path.read_text("utf-8", "replace"))[0]) if path else {}
    except FrontError:
        return {}


def _configs(card: dict[str, Any]) -> list[dict[str, Any]]:
    return mappings(card.get("configs"))


def _version(card: dict[str, Any]) -> Version | None:
    """The version that a card says its dataset is of."""
    return next((v for c in _configs(card) if (v := Version.parse(str(c.get("version"))))), None)


def _records(card: dict[str, Any], paths: Any) -> list[tuple[str, str]]:
    """Split and path of each file of the config `records`."""
    found = []
    for config in _configs(card):
        for part in mappings(config.get("data_files")) if config.get("config_name") == "records" else ():
            given = part.get("path")
            patterns = [str(q) for q in (given if isinstance(given, list) else [given])]
            split = str(part.get("split"))
            found += [(split, p) for p in sorted(paths) if any(fnmatch.fnmatch(p, q) for q in patterns)]
    return found


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:60]}…"
