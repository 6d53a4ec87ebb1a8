"""Controls to write into: words, an id and its name, a cluster with its link, a list of entries."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar
from xml.etree import ElementTree as ET

from msgspec import Struct

from .choices import vocabulary
from .controls import Control, Read
from .entries import Fault, Known, Names, flat, line, parse_line

_PLACEHOLDER = 34
"""Characters of a hint that fit into an empty field; a longer one stands above it."""
_HELP = "margin:0;font-size:11px;line-height:1.3;font-weight:400;opacity:.75"


class Text(Control, frozen=True):
    """Words, in a field of one entry."""

    type = "textarea"
    key = "text"
    limit: ClassVar[dict[str, str]] = {"maxSubmissions": "1"}

    def tags(self, common: dict[str, str]) -> Iterator[ET.Element]:
        if len(self.hint) > _PLACEHOLDER:
            yield ET.Element("Header", value=self.hint, size="5", style=_HELP)
        hint = {"placeholder": self.hint} if 0 < len(self.hint) <= _PLACEHOLDER else {}
        yield ET.Element("TextArea", common | self.limit | hint, editable="true", rows="1", showSubmitButton="false")

    def takes(self) -> dict[str, str]:
        return {self.field: "text"}

    def empty(self, values: Sequence[Any]) -> bool:
        return not values


class Ref(Text, frozen=True):
    """An id, then a name for people to read: `e1 Ann Lee`.

    `mention` is the field of the mention to which a relation is drawn instead, if there is one.
    """

    mention: str | None = None

    def encode(self, item: Mapping[str, Any], names: Names) -> list[Any]:
        return super().encode(item, names) if self.mention is None or item[self.mention] is None else []

    def takes(self) -> dict[str, str]:
        """Names of who has a mention; other ids are of no use."""
        return {} if self.mention is None else super().takes()

    def written(self, value: Any, names: Names) -> list[Any]:
        return [names.ref(value)]

    def empty(self, values: Sequence[Any]) -> bool:
        return Control.empty(self, values)

    def meant(self, value: Any, known: Known) -> Read:
        found = known.resolve(str(value), self.names, self.title)
        return Read({self.field: None}, [found]) if isinstance(found, Fault) else Read({self.field: found})


class Written(Struct, frozen=True):
    """What a cluster's field says: `e1 Ann Lee | Q42`, each part optional. `whole` is all before the bar."""

    whole: str
    link: str

    @property
    def token(self) -> str:
        return self.whole.partition(" ")[0]

    @property
    def rest(self) -> str:
        return self.whole.partition(" ")[2]


class Cluster(Text, frozen=True):
    """What a mention belongs to, its Wikidata link behind a bar: `e1 Ann Lee | Q42`."""

    clusters = True

    def takes(self) -> dict[str, str]:
        return {}

    def written(self, value: Any, names: Names) -> list[Any]:
        return [names.cluster(value)]

    def says(self, values: Sequence[Any]) -> Written:
        name, _, link = (" ".join(x.split()) for x in " ".join(map(str, values)).partition("|"))
        return Written(name, link)

    def decode(self, values: Sequence[Any], known: Known) -> Read:
        return Read({self.field: self.says(values).token or None})


class Entry(Struct, frozen=True):
    """The keys of a list's items that one entry holds: the id, the word before it, the mention behind an @.

    `words` are the values of the word, a list of the inventory.
    """

    id: str
    word: str | None = None
    words: str = ""
    mention: str | None = None


class Lines(Text, frozen=True):
    """A list, an entry an item: `word… id name | note`; an argument's id may be `entity@mention`.

    Without `entry`, the items are ids. `drawn`: items with a mention are relations instead.
    """

    entry: Entry | None = None
    drawn: bool = False
    limit: ClassVar[dict[str, str]] = {}

    def takes(self) -> dict[str, str]:
        return {}

    def empty(self, values: Sequence[Any]) -> bool:
        return not values

    def written(self, value: Any, names: Names) -> list[Any]:
        return [text for x in value if (text := self.line(x, names)) is not None]

    def line(self, item: Any, names: Names) -> str | None:
        """An item as the page shows it: `agent e1@m5 Ann Lee, “she”`; None of one that is a relation."""
        if self.entry is None:
            return names.ref(item)
        e = self.entry
        id, mention = getattr(item, e.id), getattr(item, e.mention) if e.mention else None
        if mention is not None and self.drawn:
            return None
        words = (getattr(item, e.word),) if e.word else ()
        if mention is None:
            return line(words, id, names.names.get(id), item.note)
        said = f"{flat(names.names.get(id))}, “{flat(names.words[mention])}”"
        return line(words, f"{id}@{mention}", said, item.note)

    def decode(self, values: Sequence[Any], known: Known) -> Read:
        made = Read({self.field: []})
        for text in values:
            item, faults = self.read(str(text), known)
            made.faults += faults
            if item is not None:
                made.fields[self.field].append(item)
        return made

    def words(self) -> list[str]:
        """What an entry may begin with; nothing if it begins with an id."""
        if self.entry is None or not self.entry.words:
            return []
        return list(vocabulary(self.entry.words))

    def read(self, text: str, known: Known) -> tuple[Any, list[Fault]]:
        """The item that one entry says, or None, and what is wrong with it."""
        words, faults = self.words(), list[Fault]()
        found = parse_line(text, 1 if words else 0)
        if found is None or (words and found[0][0] not in words):
            said = f"“{self.title}” says {text!r}"
            fix = (
                f"fill it in as the page says: {self.hint}"
                if found is None
                else f"begin with one of {', '.join(words)}"
            )
            return None, [Fault("LST007", f"{said}, which names no id" if found is None else said, fix)]
        given, target, note = found
        if note is not None and self.entry is None:
            message = f"a note in “{self.title}” has no place in the record"
            faults.append(Fault("LST012", message, "take it out"))
        token, *rest = target.split(None, 1)
        token, _, mention = token.partition("@")
        id = known.resolve(" ".join((token, *rest)), self.names, self.title)
        if isinstance(id, Fault):
            return None, [*faults, id]
        if mention and mention not in known.mentions and mention not in known.places:
            message = f"“{self.title}” names no mention with {mention!r}"
            faults.append(Fault("LST007", message, "leave out the @"))
            mention = ""
        if self.entry is None:
            return id, faults
        item: dict[str, Any] = {self.entry.word: given[0]} if self.entry.word else {}
        item[self.entry.id] = id
        if self.entry.mention:
            item[self.entry.mention] = (mention or None) if not self.drawn else None
        return item if note is None else {**item, "note": note}, faults

    def inherit(self, mine: list[Any], held: list[Any]) -> list[Any]:
        return list(dict.fromkeys([*held, *mine]))

    def check(self, values: Sequence[Any]) -> Fault | None:
        return None
