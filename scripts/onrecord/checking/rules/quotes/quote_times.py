"""Quotes (QUO): when they were said."""

from collections.abc import Iterator, Sequence

from ....findings.finding import Place, Problem
from ....model.record import Event, Quote, Time, Trigger, extent
from ...document.pieces import all_inside
from ..base import Document, rule
from ..events.events import NEAR, Blocks, blocks_apart, called, trigger_of
from ..times.time_order import published
from ..times.timex import DAY, interval

_BOUNDS = frozenset(("BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER"))
_LASTING = frozenset("term_of_office campaign armed_conflict".split())
"""Types of events that last: the time that dates them is often only their beginning."""
_LEEWAY = 3 * DAY
"""Minutes, three days: what was said at a meeting may be dated by its eve, or by the day of the report."""
_BEFORE = 40
"""Characters before a cue that are searched for its “will”."""
_WORDS = 4
"""Words before a cue among which it stands: “will then again publicly say”."""


def _to_come(doc: Document, q: Quote) -> bool:
    """Whether the words before a quote's cue tell that it is yet to be said."""
    if q.cue is None:
        return False
    pack = doc.pack
    before = doc.text[max(0, q.cue.start - _BEFORE) : q.cue.start].lower()
    for ending, word in pack.contractions.items():
        before = before.replace(ending, f" {word}")
    return not pack.yet_to_say.isdisjoint(before.split()[-_WORDS:]) or q.cue.text.endswith(pack.yet_to_say_endings)


@rule("QUO040", "said-in-the-future", severity="warning", since="0.2.0")
def said_later(doc: Document) -> Iterator[Problem]:
    """What somebody said is dated later than the article.

    An article reports what was said before it appeared. If the thing spoken of happens later, that is the time of the
    event.

    Bad: /metadata/published = {"value": "2025-07-10", "basis": "stated"}
         /times/0/value = "2025-07-15"
         /times/0/basis = "anchored"
    Good: /metadata/published = {"value": "2025-07-10", "basis": "stated"}
          /times/0/value = "2025-07-08"
          /times/0/basis = "anchored"
    """
    dated = [q for q in doc.record.quotes if q.time is not None]
    day, times = published(doc), doc.times
    for q in dated:
        t = times.get(q.time or "")
        if t is None or q.attribution != "speech" or t.mod in _BOUNDS or t.type not in ("DATE", "TIME"):
            continue
        if t.value != "FUTURE_REF" and (day is None or (when := interval(t.value)) is None or when[0] < day[1]):
            continue
        if _to_come(doc, q):
            continue
        yield Problem(
            pointer=f"{doc.place(q)}/time",
            message=f"“{doc.words(*extent(q))}” was said “{doc.words(t.start, t.end)}”, which is {t.value}, "
            + (
                "yet to come"
                if t.value == "FUTURE_REF"
                else f"after the article was published ({doc.record.metadata.published.value})"
            ),
            fix="name the time at which it was said, set it to null, or correct the time's value",
            span=extent(q),
            related=(Place("the time", doc.place(t), (t.start, t.end)),),
        )


@rule("QUO041", "said-at-another-time", severity="warning", since="0.2.0")
def said_elsewhen(doc: Document) -> Iterator[Problem]:
    """A quote's time does not overlap the time of the event at which it was said.

    What is said at a meeting is said while it lasts. A few days are allowed; terms of office, campaigns and armed
    conflicts are not checked.

    Bad (also QUO043): /quotes/1/time = "t2"
         /quotes/1/setting = "v2"
    Good (also QUO043): /quotes/1/time = "t3"
          /quotes/1/setting = "v2"
    """
    both = [q for q in doc.record.quotes if q.time is not None and q.setting is not None]
    for q in both:
        t, v = doc.times.get(q.time or ""), doc.events.get(q.setting or "")
        if t is None or v is None or v.type in _LASTING or (u := doc.times.get(v.time or "")) is None or u is t:
            continue
        if any(x.mod in _BOUNDS or x.type not in ("DATE", "TIME") for x in (t, u)):
            continue
        a, b = interval(t.value), interval(u.value)
        if a is None or b is None or (a[0] - _LEEWAY < b[1] and b[0] - _LEEWAY < a[1]):
            continue
        yield Problem(
            pointer=f"{doc.place(q)}/time",
            message=f"“{doc.words(*extent(q))}” was said “{doc.words(t.start, t.end)}” ({t.value}), but the event at which "
            f"it was said, {called(doc, v)}, has the time {u.value}",
            fix="correct the quote's time or setting, or the time of the event",
            span=extent(q),
            related=(
                Place("the time of the event", doc.place(u), (u.start, u.end)),
                Place("the event", doc.place(v), trigger_of(v)),
            ),
        )


_FEW = 8
"""So many places are compared one by one; of more, their blocks are kept in order and searched."""
Told = tuple[str, Time | Event, Sequence[Time | Trigger]]
"""Field, the time or event that it names, and where that stands in the article."""


def _told(doc: Document, q: Quote) -> list[Told]:
    """The time and the setting of a quote."""
    found: list[Told] = []
    if q.time is not None and (t := doc.times.get(q.time)) is not None:
        found.append(("time", t, (t,)))
    if q.setting is not None and (v := doc.events.get(q.setting)) is not None and v.mentions:
        found.append(("setting", v, v.mentions))
    return found


def _called(doc: Document, item: Time | Event) -> str:
    return called(doc, item) if isinstance(item, Event) else f"“{doc.words(item.start, item.end)}” ({item.id})"


@rule("QUO043", "said-within-its-own-words", severity="warning", since="0.2.0")
def own_setting(doc: Document) -> Iterator[Problem]:
    """The time or the setting of a quote is mentioned only within the quote's own content.

    The article tells outside a quote when and where it was said. Times and events inside it belong to what the speaker
    talks about.

    Bad: /quotes/0/time = "t2"
    Good: /quotes/1/time = "t1"
    """
    for i, q in enumerate(doc.record.quotes):
        if q.time is None and q.setting is None:
            continue
        for field, item, places in _told(doc, q):
            if all_inside(places, q.fragments):
                yield Problem(
                    pointer=f"/quotes/{i}/{field}",
                    message=f"the {field} of {q.id} is {_called(doc, item)}, which is mentioned only in its content",
                    fix=f"name the {field} that the article gives for the quote, or set it to null",
                    span=(places[0].start, places[0].end),
                )


@rule("QUO044", "said-far-away", severity="info", since="0.2.0")
def far_setting(doc: Document) -> Iterator[Problem]:
    """The time or the setting of a quote is mentioned only more than three blocks away from it.

    When and where something was said is usually told nearby; probably another time or event was meant.

    Bad (also TXT001): /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\nOne.\nTwo.\nThree.\nIn 2030."
         /segments/- = {"id": "s5", "kind": "paragraph", "start": 198, "end": 202}
         /segments/- = {"id": "s6", "kind": "paragraph", "start": 203, "end": 207}
         /segments/- = {"id": "s7", "kind": "paragraph", "start": 208, "end": 214}
         /segments/- = {"id": "s8", "kind": "paragraph", "start": 215, "end": 223}
         /times/- = {"id": "t4", "start": 218, "end": 222, "text": "2030", "type": "DATE", "value": "2030", "basis": "stated", "anchor": null, "mod": null}
         /quotes/1/time = "t4"
    Good: /quotes/1/time = "t1"
    """
    known: dict[int, Blocks] = {}
    for i, q in enumerate(doc.record.quotes):
        if q.time is None and q.setting is None:
            continue
        start = q.fragments[0].start
        for field, item, places in _told(doc, q):
            if len(places) <= _FEW:
                apart = blocks_apart(doc, start, [m.start for m in places])
            else:
                if id(item) not in known:
                    known[id(item)] = Blocks(doc, [m.start for m in places])
                apart = known[id(item)].apart(start)
            if apart > NEAR:
                yield Problem(
                    pointer=f"/quotes/{i}/{field}",
                    message=f"the {field} of {q.id} is {_called(doc, item)}, {apart} blocks away",
                    fix=f"name the {field} that is meant, or set it to null if the article gives none",
                    span=(start, q.fragments[0].end),
                )


RULES = (said_later, said_elsewhen, own_setting, far_setting)
