"""What a field is that has a control of its own beside the text: a row of the mapping table, an object of its kind.

Each knows its control in the labelling configuration, writes a field's value into it (`encode`), reads it again
(`decode`), and says what its values must be (`check` of a person's, `refused` of what is to be pushed).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from xml.etree import ElementTree as ET

from msgspec import UNSET, Struct, field

from ...store import event_types, labels
from .entries import Fault, Known, Names, flat, line, parse_line

TEXT = "text"
"""The name of the page's `<Text>`."""
NO_KEY = "ctrl+alt+shift+f12"
"""What nobody presses. Without a key of its own, the page gives a choice a digit or letter, which then sets it for
whatever region is selected, a quote's, say, to a time's type."""
_PLACEHOLDER = 34
"""Characters of a hint that fit into an empty field; a longer one stands above it."""
_HEADING = "margin:8px 0 0;font-size:12px;font-weight:600"
_HELP = "margin:0;font-size:11px;line-height:1.3;font-weight:400;opacity:.75"
_PAGE = "use the page's choices"


class Read(Struct):
    """What a control's values say: the item's fields, and what is wrong with them."""

    fields: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)


class Seen(Struct, frozen=True):
    """A person's region, from which a choice that was not made may be told."""

    words: str
    drawn: Collection[str]
    """Labels of the relations that leave it."""
    filled: Collection[str]
    """Names of the controls that have a value."""


class Control(Struct, frozen=True):
    """A per-region control: the base of all kinds.

    `layer` is what has the fields: a kind of mark, or the entity or event whose mentions are marked. `names` are the
    kinds of thing whose ids it may hold, reserved ids included. `unset` is what holds for a region that a person makes
    and where nothing is chosen, unless `guess` tells better; what was chosen once and then cleared is a finding, if it
    is required.

    Of fields of an entity or event: `each` mention has the control filled, or the first alone; what is `held` is the
    next mention's if the first is deleted; `head_only` has no place at a later one.
    """

    layer: str
    fields: tuple[str, ...]
    name: str
    title: str
    hint: str = ""
    required: bool = False
    unset: str | None = None
    guess: Callable[[Seen], str | None] | None = None
    names: tuple[str, ...] = ()
    each: bool = False
    held: bool = False
    head_only: bool = False

    type: ClassVar[str]
    """The results' type."""
    key: ClassVar[str]
    """Where a result's value has the control's."""
    clusters: ClassVar[bool] = False
    """Whether it says which mentions belong together, which is read before everything else."""

    @property
    def field(self) -> str:
        return self.fields[0]

    @property
    def needed(self) -> bool:
        """Whether the record can't be without a value."""
        return self.required or self.unset is not None

    @property
    def heading(self) -> str:
        """The title, with what holds if nothing is chosen."""
        return f"{self.title} (if none: {self.unset})" if self.unset else self.title

    def control(self) -> Iterator[ET.Element]:
        """The control's elements in the labelling configuration, under its heading."""
        yield ET.Element("Header", value=self.heading, size="5", style=_HEADING)
        yield from self.tags({"name": self.name, "toName": TEXT, "perRegion": "true"})

    def tags(self, common: dict[str, str]) -> Iterator[ET.Element]:
        raise NotImplementedError

    def encode(self, item: Mapping[str, Any], names: Names) -> list[Any]:
        """An item's fields as the values of a result; none where there is nothing to say."""
        value = item[self.field]
        return [] if value is None or value is UNSET else self.written(value, names)

    def written(self, value: Any, names: Names) -> list[Any]:
        return [value]

    def empty(self, values: Sequence[Any]) -> bool:
        """Whether the values say nothing."""
        return not values or (isinstance(values[0], str) and not values[0].strip())

    def decode(self, values: Sequence[Any], known: Known) -> Read:
        """The item's fields that the values of a result say; None of a field of which they say nothing."""
        return Read({self.field: None}) if self.empty(values) else self.meant(values[0], known)

    def meant(self, value: Any, known: Known) -> Read:
        """What the one value says."""
        return Read({self.field: value})

    def inherit(self, mine: list[Any], held: list[Any]) -> list[Any]:
        """The values of a mention or piece that takes over what a deleted one held for all."""
        return mine or held

    def check(self, values: Sequence[Any]) -> Fault | None:
        """Why values that a person gave are too many, or none of the list."""
        if len(values) > 1:
            return Fault("LST012", f"“{self.title}” has {len(values)} values; one is wanted", "keep one")
        return None

    def refused(self, values: Sequence[Any]) -> str | None:
        """What the page would do with a result's values that it can't show, in words; None if it can."""
        return None if all(isinstance(v, str) for v in values) else f"has a value of {self.name!r} that is no text"

    def unknown(self, value: object) -> Fault:
        return Fault("LST012", f"{value!r} is no choice of “{self.title}”", _PAGE)

    def odd(self, values: Sequence[Any]) -> str:
        return f"has {values!r} of {self.name!r}, which the page does not have"


class Choice(Control, frozen=True):
    """One value of the inventory's list that is called as the control."""

    type = "choices"
    key = "choices"

    @property
    def vocabulary(self) -> str:
        return self.name

    def tags(self, common: dict[str, str]) -> Iterator[ET.Element]:
        values = labels()[self.vocabulary].values
        layout = {"layout": "select"} if len(values) > 8 else {"showInline": "true"}
        control = ET.Element("Choices", common, choice="single-radio", **layout)
        for v in values:
            ET.SubElement(control, "Choice", value=v.name, hint=v.definition, hotkey=NO_KEY)
        yield control

    def check(self, values: Sequence[Any]) -> Fault | None:
        several = super().check(values)
        known = [v.name for v in labels()[self.vocabulary].values]
        return several or (None if values[0] in known else self.unknown(values[0]))

    def refused(self, values: Sequence[Any]) -> str | None:
        known = [v.name for v in labels()[self.vocabulary].values]
        return None if all(v in known for v in values) else self.odd(values)


class Flags(Control, frozen=True):
    """Fields that are true where the choice of their name is made."""

    type = "choices"
    key = "choices"

    def tags(self, common: dict[str, str]) -> Iterator[ET.Element]:
        control = ET.Element("Choices", common, choice="multiple", showInline="true")
        for name in self.fields:
            ET.SubElement(control, "Choice", value=name, hotkey=NO_KEY)
        yield control

    def encode(self, item: Mapping[str, Any], names: Names) -> list[Any]:
        return [name for name in self.fields if item[name] is True]

    def empty(self, values: Sequence[Any]) -> bool:
        return False

    def decode(self, values: Sequence[Any], known: Known) -> Read:
        return Read({name: name in values for name in self.fields})

    def check(self, values: Sequence[Any]) -> Fault | None:
        return next((self.unknown(v) for v in values if v not in self.fields), None)

    def refused(self, values: Sequence[Any]) -> str | None:
        return None if all(v in self.fields for v in values) else self.odd(values)


class Taxonomy(Control, frozen=True):
    """A type of the inventory of events, below its category."""

    type = "taxonomy"
    key = "taxonomy"

    def paths(self) -> dict[str, list[str]]:
        """Type → category and type, as the page has it."""
        return {t.name: [c.name, t.name] for c in event_types().categories for t in c.types}

    def tags(self, common: dict[str, str]) -> Iterator[ET.Element]:
        control = ET.Element("Taxonomy", common, maxUsages="1", leafsOnly="true")
        for category in event_types().categories:
            branch = ET.SubElement(control, "Choice", value=category.name, hint=category.definition)
            for event_type in category.types:
                ET.SubElement(branch, "Choice", value=event_type.name, hint=event_type.definition)
        yield control

    def written(self, value: Any, names: Names) -> list[Any]:
        return [self.paths()[value]]

    def meant(self, value: Any, known: Known) -> Read:
        return Read({self.field: value[-1] if isinstance(value, list) and value else value})

    def refused(self, values: Sequence[Any]) -> str | None:
        known = list(self.paths().values())
        return None if all(v in known for v in values) else self.odd(values)


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

    def empty(self, values: Sequence[Any]) -> bool:
        return not values


class Ref(Text, frozen=True):
    """An id, then a name for people to read: `e1 Donald Trump`.

    `drawn` is the field of the mention to which a relation is drawn instead, if there is one.
    """

    drawn: str | None = None

    def encode(self, item: Mapping[str, Any], names: Names) -> list[Any]:
        return super().encode(item, names) if self.drawn is None or item[self.drawn] is None else []

    def written(self, value: Any, names: Names) -> list[Any]:
        return [names.ref(value)]

    def empty(self, values: Sequence[Any]) -> bool:
        return Control.empty(self, values)

    def meant(self, value: Any, known: Known) -> Read:
        found = known.resolve(str(value), self.names, self.title)
        return Read({self.field: None}, [found]) if isinstance(found, Fault) else Read({self.field: found})


class Written(Struct, frozen=True):
    """What a cluster's field says: `e1 Donald Trump | Q22686`, each part optional. `whole` is all before the bar."""

    whole: str
    link: str

    @property
    def token(self) -> str:
        return self.whole.partition(" ")[0]

    @property
    def rest(self) -> str:
        return self.whole.partition(" ")[2]


class Cluster(Text, frozen=True):
    """What a mention belongs to, its Wikidata link behind a bar: `e1 Donald Trump | Q22686`."""

    clusters = True

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

    def empty(self, values: Sequence[Any]) -> bool:
        return not values

    def written(self, value: Any, names: Names) -> list[Any]:
        return [text for x in value if (text := self.line(x, names)) is not None]

    def line(self, item: Any, names: Names) -> str | None:
        """An item as the page shows it: `agent e1@m5 Donald Trump, “he”`; None of one that is a relation."""
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


def vocabulary(name: str) -> tuple[str, ...]:
    """The names of a list of the inventories; `role` are those of events."""
    if name == "role":
        return tuple(r.name for r in event_types().roles)
    return tuple(v.name for v in labels()[name].values)


KINDS: tuple[type[Control], ...] = (Choice, Flags, Taxonomy, Text, Ref, Cluster, Lines)
KEYS = tuple(dict.fromkeys(kind.key for kind in KINDS))
"""Where a result's value may have a control's."""
