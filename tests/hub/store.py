"""What a Hub keeps: content-addressed files, commits with whole trees, branches and tags. In memory, nothing is lost."""

import hashlib
import threading
from dataclasses import dataclass, field

GITATTRIBUTES = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"


class Refused(Exception):
    """An answer that is no success: status, code, words."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass(frozen=True)
class Entry:
    """A file of a tree. `oid` is git's name of the blob; of a large file, of its pointer."""

    oid: str
    size: int
    sha256: str = ""


@dataclass(frozen=True)
class Commit:
    oid: str
    parent: str
    tree: dict[str, Entry]
    title: str
    message: str


def git_oid(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass
class Repo:
    id: str
    private: bool = False
    commits: list[Commit] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> Commit:
        return self.commits[-1]

    def at(self, revision: str) -> Commit:
        """The commit of a branch, a tag or a hash."""
        wanted = self.head.oid if revision == "main" else self.tags.get(revision, revision)
        for commit in self.commits:
            if commit.oid == wanted:
                return commit
        raise Refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")


class Store:
    """All repositories and all content. One lock: a commit is seen whole or not at all."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.blobs: dict[str, bytes] = {}
        self.large: dict[str, bytes] = {}
        self.lock = threading.RLock()

    def create(self, id: str, private: bool) -> Repo:
        with self.lock:
            if id in self.repos:
                raise Refused(409, "You already created this dataset repo")
            self.repos[id] = Repo(id, private)
            self.commit(id, "initial commit", "", {".gitattributes": GITATTRIBUTES})
            return self.repos[id]

    def entry(self, content: bytes) -> Entry:
        oid = git_oid(content)
        self.blobs[oid] = content
        return Entry(oid, len(content))

    def large_entry(self, sha256: str, size: int) -> Entry:
        if len(self.large.get(sha256, b"")) != size:
            raise Refused(400, f"the large file {sha256} was not uploaded")
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()
        return Entry(git_oid(pointer), size, sha256)

    def commit(
        self,
        id: str,
        title: str,
        message: str,
        files: dict[str, bytes | Entry],
        deleted: list[str] | None = None,
        parent: str | None = None,
    ) -> Commit:
        with self.lock:
            repo = self.repos[id]
            head = repo.commits[-1] if repo.commits else None
            if parent is not None and (head is None or head.oid != parent):
                raise Refused(412, "A commit has happened since. Please refresh and try again.")
            tree = dict(head.tree) if head else {}
            for path in deleted or ():
                if path not in tree:
                    raise Refused(404, "A file with this name doesn't exist", "EntryNotFound")
                del tree[path]
            tree |= {p: self.entry(c) if isinstance(c, bytes) else c for p, c in files.items()}
            before = head.oid if head else ""
            listed = "".join(f"{p} {e.oid}\n" for p, e in sorted(tree.items()))
            oid = hashlib.sha1(f"{before}\n{title}\n{message}\n{listed}{len(repo.commits)}".encode()).hexdigest()
            repo.commits.append(Commit(oid, before, tree, title, message))
            return repo.commits[-1]

    def tag(self, id: str, name: str, revision: str) -> None:
        with self.lock:
            repo = self.repos[id]
            if name in repo.tags:
                raise Refused(409, f"Tag {name} already exists")
            repo.tags[name] = repo.at(revision).oid

    def content(self, entry: Entry) -> bytes:
        return self.large[entry.sha256] if entry.sha256 else self.blobs[entry.oid]

    def files(self, id: str, revision: str = "main") -> dict[str, bytes]:
        """What a tree holds, path → bytes."""
        return {p: self.content(e) for p, e in self.repos[id].at(revision).tree.items()}
