"""Times against each other and against the day of publication (TIM)."""

from collections.abc import Iterator

from ....findings.finding import Place, Problem
from ....model.record import Time
from ..base import Document, rule
from .time_words import reader, stands
from .timex import DAY, interval, length


def published(doc: Document) -> tuple[int, int] | None:
    """The stretch of time in which the article was published."""
    value = doc.record.metadata.published.value
    return interval(value) if value else None


def _from_publication(doc: Document, t: Time) -> bool:
    """Whether a time counts from the day of publication, as far as the record says."""
    return stands(doc, t) and (t.anchor == "published" or (t.anchor is None and not doc.holding(t.start, t.end)))


@rule("TIM013", "wrong-side-of-publication", severity="warning", since="0.2.0", words=("looking_back", "looking_ahead"))
def wrong_side(doc: Document) -> Iterator[Problem]:
    """The words of a time look back, but its value lies after the publication; or they look ahead, but it lies before.

    “Last month” is over when the article appears, “next week” is yet to come.

    Bad (also QUO040): /text = "Science\\nAgency delays Moon landing\\nNASA said last month that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
         /text_sha256 = "55705dab5db7f51d83de7c36ae49e48c3ab93a67fdccbb9d941bcde866e9574f"
         /metadata/source_sha256 = "55705dab5db7f51d83de7c36ae49e48c3ab93a67fdccbb9d941bcde866e9574f"
         /metadata/published = {"value": "2025-07-10", "basis": "stated"}
         /times/0 = {"id": "t1", "start": 45, "end": 55, "text": "last month", "type": "DATE", "value": "2025-08", "basis": "anchored", "anchor": "published", "mod": null}
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said last month that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "55705dab5db7f51d83de7c36ae49e48c3ab93a67fdccbb9d941bcde866e9574f"
          /metadata/source_sha256 = "55705dab5db7f51d83de7c36ae49e48c3ab93a67fdccbb9d941bcde866e9574f"
          /metadata/published = {"value": "2025-07-10", "basis": "stated"}
          /times/0 = {"id": "t1", "start": 45, "end": 55, "text": "last month", "type": "DATE", "value": "2025-06", "basis": "anchored", "anchor": "published", "mod": null}
    """
    day = published(doc)
    if day is None:
        return
    pack = doc.pack
    clues = reader(pack)
    for i, t in enumerate(doc.record.times):
        words = clues(t).words
        back, ahead = not pack.looking_back.isdisjoint(words), not pack.looking_ahead.isdisjoint(words)
        if back == ahead or t.type == "SET" or not pack.of.isdisjoint(words):
            continue
        if t.anchor is None and not pack.definite_articles.isdisjoint(words):
            continue
        when = interval(t.value)
        if when is None:
            wrong = t.value == ("FUTURE_REF" if back else "PAST_REF")
        else:
            wrong = when[0] >= day[1] if back else when[1] <= day[0]
        if wrong and _from_publication(doc, t):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"“{doc.words(t.start, t.end)}” looks {'back' if back else 'ahead'}, but its value {t.value} lies "
                f"{'after' if back else 'before'} the publication ({doc.record.metadata.published.value})",
                fix="correct the value; if it counts from another time or event, name that as the anchor",
                span=(t.start, t.end),
                related=(Place("the publication date", "/metadata/published/value"),),
            )


@rule("TIM014", "day-off-publication", severity="warning", since="0.2.0", words=("relative_days", "reckoning"))
def day_off(doc: Document) -> Iterator[Problem]:
    """A time's words are today, yesterday or tomorrow, but its value is another day.

    They count from the day of publication, unless the time has another anchor.

    Bad: /text = "Science\\nAgency delays Moon landing\\nNASA said yesterday, that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
         /text_sha256 = "1137b2563d43eb4f60ef42034df1b377171d87b7369458d68f96382f03516a22"
         /metadata/source_sha256 = "1137b2563d43eb4f60ef42034df1b377171d87b7369458d68f96382f03516a22"
         /metadata/published = {"value": "2025-07-10", "basis": "stated"}
         /times/0 = {"id": "t1", "start": 45, "end": 54, "text": "yesterday", "type": "DATE", "value": "2025-07-08", "basis": "anchored", "anchor": "published", "mod": null}
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said yesterday, that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "1137b2563d43eb4f60ef42034df1b377171d87b7369458d68f96382f03516a22"
          /metadata/source_sha256 = "1137b2563d43eb4f60ef42034df1b377171d87b7369458d68f96382f03516a22"
          /metadata/published = {"value": "2025-07-10", "basis": "stated"}
          /times/0 = {"id": "t1", "start": 45, "end": 54, "text": "yesterday", "type": "DATE", "value": "2025-07-09", "basis": "anchored", "anchor": "published", "mod": null}
    """
    day = published(doc)
    if day is None or day[1] - day[0] != DAY:
        return
    pack = doc.pack
    clues, days, at_night = reader(pack), pack.relative_days, pack.relative_nights | pack.night
    for i, t in enumerate(doc.record.times):
        words = clues(t).words
        if days.keys().isdisjoint(words) or t.value[:10].count("-") != 2:
            continue
        named = [days[word] for word in words if word in days]
        when = interval(t.value[:10])
        if len(named) != 1 or when is None or when[1] - when[0] != DAY or not pack.reckoning.isdisjoint(words):
            continue
        off = (when[0] - day[0]) // DAY
        next_day = off == named[0] + 1 and not at_night.isdisjoint(words)
        if off != named[0] and not next_day and _from_publication(doc, t):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"“{doc.words(t.start, t.end)}” has the value {t.value[:10]}, but the article was published on {doc.record.metadata.published.value}",
                fix="correct the value; if it counts from another day (that of the speech), name that as the anchor",
                span=(t.start, t.end),
                related=(Place("the publication date", "/metadata/published/value"),),
            )


FAR = 60
"""Days from the publication beyond which a bare weekday is a slip; nearer ones are only worth a look (TIM030)."""


@rule("TIM015", "weekday-far-off", severity="warning", since="0.2.0", words=("weekdays",))
def weekday_far(doc: Document) -> Iterator[Problem]:
    """A bare weekday that counts from the publication lies more than two months from it.

    “On Thursday” is a day of about the same week; a weekday that counts from another time has that time as its anchor.

    Bad: /metadata/published = {"value": "2025-11-10", "basis": "stated"}
         /times/0/value = "2025-07-08"
         /times/0/basis = "anchored"
    Good: /metadata/published = {"value": "2025-07-10", "basis": "stated"}
          /times/0/value = "2025-07-08"
          /times/0/basis = "anchored"
    """
    day = published(doc)
    if day is None:
        return
    clues = reader(doc.pack)
    for i, t in enumerate(doc.record.times):
        c = clues(t)
        if not c.weekdays or c.months or c.years or t.anchor not in ("published", None):
            continue
        when = interval(t.value)
        if when and max(when[0] - day[1], day[0] - when[1]) > FAR * DAY and _from_publication(doc, t):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"“{doc.words(t.start, t.end)}” has the value {t.value}, far from the publication on {doc.record.metadata.published.value}",
                fix="correct the value, or name as the anchor the time from which the weekday counts",
                span=(t.start, t.end),
                related=(Place("the publication date", "/metadata/published/value"),),
            )


def _ends(doc: Document, t: Time) -> tuple[Time, Time, tuple[int, int], tuple[int, int]] | None:
    """The times at which a duration begins and ends, and their intervals; None if any of these is not known."""
    if not (isinstance(t.begin, str) and isinstance(t.end_point, str)):
        return None
    a, b = doc.times.get(t.begin), doc.times.get(t.end_point)
    if a is None or b is None or (first := interval(a.value)) is None or (last := interval(b.value)) is None:
        return None
    return a, b, first, last


@rule("TIM016", "ends-before-it-begins", since="0.2.0")
def begin_end(doc: Document) -> Iterator[Problem]:
    """A duration ends before it begins.

    `begin` is the earlier time, `end_point` the later.

    Bad: /times/- = {"id": "t4", "start": 93, "end": 106, "text": "first planned", "type": "DURATION", "value": "P2Y", "basis": "stated", "anchor": null, "mod": null, "begin": "t3", "end_point": "t2"}
    Good: /times/- = {"id": "t4", "start": 93, "end": 106, "text": "first planned", "type": "DURATION", "value": "P2Y", "basis": "stated", "anchor": null, "mod": null, "begin": "t2", "end_point": "t3"}
    """
    for i, t in enumerate(doc.record.times):
        if t.type == "DURATION" and (ends := _ends(doc, t)) and ends[2][0] >= ends[3][1]:
            a, b = ends[:2]
            yield Problem(
                pointer=f"/times/{i}/end_point",
                message=f"“{doc.words(t.start, t.end)}” begins in {a.value}, but ends in {b.value}",
                fix="swap begin and end_point, or correct their values",
                span=(t.start, t.end),
                related=(
                    Place("the beginning", doc.place(a), (a.start, a.end)),
                    Place("the end", doc.place(b), (b.start, b.end)),
                ),
            )


_LEEWAY = 1
"""Days by which a length may differ from its ends: the last day counts, or does not."""


@rule("TIM017", "length-against-ends", severity="warning", since="0.2.0")
def length_ends(doc: Document) -> Iterator[Problem]:
    """A duration is longer or shorter than the time between its beginning and its end.

    Its value and its two ends describe the same stretch of time.

    Bad: /times/- = {"id": "t4", "start": 93, "end": 106, "text": "first planned", "type": "DURATION", "value": "P5Y", "basis": "stated", "anchor": null, "mod": null, "begin": "t2", "end_point": "t3"}
    Good: /times/- = {"id": "t4", "start": 93, "end": 106, "text": "first planned", "type": "DURATION", "value": "P18M", "basis": "stated", "anchor": null, "mod": null, "begin": "t2", "end_point": "t3"}
    """
    for i, t in enumerate(doc.record.times):
        if t.type != "DURATION" or t.mod is not None or (ends := _ends(doc, t)) is None:
            continue
        a, b, first, last = ends
        days = length(t.value)
        if days is None or first[0] >= last[1]:
            continue
        least, most = max(0, last[0] - first[1]) / DAY, (last[1] - first[0]) / DAY
        if days[1] < least - _LEEWAY or days[0] > most + _LEEWAY:
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"“{doc.words(t.start, t.end)}” has the value {t.value}, but lasts from {a.value} to {b.value}",
                fix="correct the value, or its begin and end_point",
                span=(t.start, t.end),
                related=(
                    Place("the beginning", doc.place(a), (a.start, a.end)),
                    Place("the end", doc.place(b), (b.start, b.end)),
                ),
            )


@rule("TIM021", "reckoned-from-unknown", severity="warning", since="0.2.0")
def unknown_anchor(doc: Document) -> Iterator[Problem]:
    """A dated time is anchored on something that has no date itself.

    Without the publication date, or with an anchor like “soon”, nobody can calculate the value.

    Bad: /times/0/value = "2025-07-08"
         /times/0/basis = "anchored"
    Good: /times/0/value = "XXXX-WXX-2"
          /times/0/basis = "anchored"
    """
    for i, t in enumerate(doc.record.times):
        if t.basis != "anchored" or not t.anchor or not t.value[:4].isdigit():
            continue
        if t.anchor == "published":
            if doc.record.metadata.published.value is None:
                where = Place("no publication date", "/metadata/published")
                yield _unknown(doc, i, "the publication date, which is not known", where)
        elif (a := doc.times.get(t.anchor)) is not None and (a.value.endswith("_REF") or a.value.startswith("XXXX")):
            where = Place("the anchor", doc.place(a), (a.start, a.end))
            yield _unknown(doc, i, f"“{doc.words(a.start, a.end)}” ({a.id}), which is only {a.value}", where)
        elif (v := doc.events.get(t.anchor)) is not None and v.time is None and v.mentions:
            m = v.mentions[0]
            where = Place("the anchor", doc.place(v), (m.start, m.end))
            yield _unknown(doc, i, f"“{doc.words(m.start, m.end)}” ({v.id}), which has no time", where)


def _unknown(doc: Document, i: int, what: str, where: Place) -> Problem:
    t = doc.record.times[i]
    return Problem(
        pointer=f"/times/{i}/anchor",
        message=f"“{doc.words(t.start, t.end)}” has the value {t.value}, but its anchor is {what}",
        fix="date the anchor (an inferred publication date is better than none), or write X for unknown digits",
        span=(t.start, t.end),
        related=(where,),
    )


RULES = (wrong_side, day_off, weekday_far, begin_end, length_ends, unknown_anchor)
