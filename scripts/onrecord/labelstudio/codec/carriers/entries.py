"""How ids, names and links are written in the page's fields, and by what they are read there."""

from collections.abc import Container, Mapping
from typing import Any

from msgspec import Struct, field

from ....model.record import Link

RESERVED = ("author", "published")
"""What a field may name by a word instead of an id."""


class Fault(Struct, frozen=True):
    """Why what stands in a field is none of its values: a finding's code, message and fix."""

    code: str
    message: str
    fix: str


class Names(Struct):
    """What the page says beside an id, for people.

    `links` are as `shown_link` writes them, `words` those of mentions, `heads` the first triggers of events.
    """

    names: Mapping[str, str | None] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    heads: Mapping[str, str] = field(default_factory=dict)

    def ref(self, id: str) -> str:
        return readable(id, self.names.get(id))

    def cluster(self, id: str) -> str:
        """`e1 Ann Lee | Q42`."""
        return f"{self.ref(id)} | {self.links[id]}" if self.links.get(id) else self.ref(id)


class Known(Struct):
    """The ids and names that an annotation has: what a field says is looked up here."""

    kinds: dict[str, str] = field(default_factory=dict)
    """Id → entity, event, quote, time or claim."""
    called: dict[str, list[str]] = field(default_factory=dict)
    """Name in lower case → ids."""
    merged: dict[str, str] = field(default_factory=dict)
    """Entity or event → what all its mentions were given to."""
    mentions: Container[str] = ()
    """What an entry may name behind an @."""
    places: Container[str] = ()
    """Mentions that were exported, which may do so, too."""

    def resolve(self, written: str, names: tuple[str, ...], title: str) -> str | Fault:
        """The id that a field's words name: an id before a name, or a name alone.

        Args:
            names: the kinds of thing that the field may name, reserved ids included.
            title: the field's, for the fault.
        """
        token, *_ = written.split(None, 1) or [""]
        if token in names or self.kinds.get(token) in names:
            return self.merged.get(token, token)
        ids = [id for id in self.called.get(flat(written).casefold(), []) if self.kinds[id] in names]
        if len(ids) == 1:
            return ids[0]
        if len(ids) > 1:
            message = f"“{title}” says {written!r}, as {' and '.join(ids)} are called"
        elif token in self.kinds:
            message = f"“{title}” names {token}, which is a {self.kinds[token]}"
        else:
            message = f"“{title}” says {written!r}, and nothing here has that id or name (any more)"
        return Fault("LST007", message, f"write {' or '.join(map(_wanted, names))}, or clear it")


def _wanted(kind: str) -> str:
    if kind in RESERVED:
        return f"the word {kind}"
    return f"the id of {'an' if kind[0] in 'ae' else 'a'} {kind}"


def flat(text: str | None) -> str:
    """On one line, without a bar: fit for a name within a control."""
    return " ".join((text or "").replace("|", "/").split())


def readable(id: str, name: str | None) -> str:
    """An id, then its name for people: `e1 Ann Lee`."""
    return f"{id} {flat(name)}".rstrip()


def shown_link(link: Link | dict[str, Any] | None) -> str:
    """A link as the page shows it behind the bar: a Q-id, `nil` (looked up, has none), or nothing."""
    if isinstance(link, Link):
        return link.wikidata or ("nil" if link.status == "nil" else "")
    if not isinstance(link, dict):
        return ""
    return str(link.get("wikidata") or ("nil" if link.get("status") == "nil" else ""))


def line(words: tuple[str, ...], id: str, name: str | None, note: object) -> str:
    """One entry of a field that takes several."""
    text = " ".join((*words, readable(id, name)))
    return f"{text} | {note}" if isinstance(note, str) else text


def parse_line(text: str, words: int) -> tuple[tuple[str, ...], str, str | None] | None:
    """The reverse of `line`: words, what names the thing (`e1 Ann Lee`, or a name alone), note; None if too few."""
    body, bar, note = text.partition(" | ")
    parts = body.split()
    if len(parts) <= words:
        return None
    return tuple(parts[:words]), " ".join(parts[words:]), note if bar else None
