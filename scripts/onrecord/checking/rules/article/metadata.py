"""Metadata and provenance (MET)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from msgspec import UNSET

from ....findings.finding import Problem
from ....model.record import Segment
from ....text.languages import fault, script, written_in
from ..base import Document, rule
from ..times.timex import impossible

_PLACEHOLDERS = frozenset(
    "unknown|not known|not stated|unstated|unspecified|not specified|undefined|undetermined|none|null|nil|no|nothing|"
    "todo|to do|tbd|tba|tbc|fixme|xxx|n/a|na|n.a.|n. a.|rights|licence|license|copyright|?|-|–|—|.|…|...".split("|")
)
"""What stands for “nobody has looked yet”; “not stated” is what a draft gets."""


A_BLOCK = {"other": "of kind other", "related_link": "a related link"} | {
    kind: f"a {kind}" for kind in ("section", "headline", "summary", "byline", "dateline", "paragraph", "caption")
}


@rule("MET001", "publication-date")
def published(doc: Document) -> Iterator[Problem]:
    """The publication date does not exist, or contradicts its basis.

    A stated or inferred date has a value, an unknown one has none.

    Bad: /metadata/published = {"value": "2026-02-30", "basis": "stated"}
    Good: /metadata/published = {"value": "2025-12", "basis": "stated"}
    """
    p = doc.record.metadata.published
    if p.value is not None and (why := impossible(p.value)):
        yield Problem(
            pointer="/metadata/published/value", message=f"{p.value!r} does not exist: {why}", fix="correct the date"
        )
    if (p.basis == "unknown") != (p.value is None):
        yield Problem(
            pointer="/metadata/published",
            message=f"the publication date is {p.value or 'missing'}, but its basis is {p.basis}",
            fix="give a date if the basis is stated or inferred, null if it is unknown",
        )


@rule("MET002", "inferred-without-reason")
def inferred(doc: Document) -> Iterator[Problem]:
    """An inferred publication date has no note that says from what it was inferred.

    An inference without its reason can't be checked.

    Bad: /metadata/published = {"value": "2025-12", "basis": "inferred"}
    Good: /metadata/published = {"value": "2025-12", "basis": "inferred", "note": "The vote it reports was on 9 December 2025."}
    """
    p = doc.record.metadata.published
    if p.basis == "inferred" and (p.note is UNSET or not p.note.strip()):
        yield Problem(
            pointer="/metadata/published",
            message="the publication date is inferred, but no note says from what",
            fix="say in the note from what it was inferred",
        )


@rule("MET003", "annotation-dates")
def annotation_dates(doc: Document) -> Iterator[Problem]:
    """A date of the annotation does not exist, or it was modified before it was created.

    Dates are UTC, RFC 3339.

    Bad: /annotation/modified = "2025-01-01T00:00:00Z"
    Good: /annotation/modified = "2026-01-01T00:00:00.5Z"
    """
    moments = {}
    for name in ("created", "modified"):
        value = getattr(doc.record.annotation, name)
        try:
            moments[name] = datetime.fromisoformat(value)
        except ValueError as error:
            yield Problem(
                pointer=f"/annotation/{name}", message=f"{value!r} does not exist: {error}", fix="correct the date"
            )
    if len(moments) == 2 and moments["modified"] < moments["created"]:
        yield Problem(
            pointer="/annotation/modified",
            message="the annotation was modified before it was created",
            fix="correct one of the two",
        )


def _is(text: str, block: Segment, words: str | None) -> bool:
    """Whether a block consists of just these words."""
    return words is not None and block.end - block.start == len(words) and text.startswith(words, block.start)


@rule("MET004", "headline-differs", severity="warning")
def headline(doc: Document) -> Iterator[Problem]:
    """`metadata.headline` or `metadata.section` differs from the segment of that kind, or a segment of another kind has
    its words.

    Metadata repeats the article's words; whoever corrects one must correct the other.

    Bad: /metadata/headline = "Agency delays Mars landing"
    Good: /metadata/headline = "The Moon will have to wait"
          /segments/1/kind = "summary"
    """
    r = doc.record
    for kind, value in (("headline", r.metadata.headline), ("section", r.metadata.section)):
        places = [s for s in r.segments if s.kind == kind]
        if places and not any(_is(r.text, s, value) for s in places):
            yield Problem(
                pointer=f"/metadata/{kind}",
                message=f"the {kind} is {value!r}, but the article's is {r.text[places[0].start : places[0].end]!r}",
                fix="copy the article's words",
            )
        elif not places and value:
            for i, s in enumerate(r.segments):
                if s.kind != "related_link" and _is(r.text, s, value):
                    yield Problem(
                        pointer=f"/segments/{i}/kind",
                        message=f"“{doc.words(s.start, s.end)}” is the {kind} of the metadata, but no block is a {kind}, and this one ({s.id}) is {A_BLOCK[s.kind]}",
                        fix=f"set the kind of {s.id} to {kind}",
                        span=(s.start, s.end),
                    )
                    break


@rule("MET005", "language-tag", severity="warning", since="0.2.0")
def language(doc: Document) -> Iterator[Problem]:
    """`metadata.language` is not a valid language tag: its code stands for no language, or a part of it is malformed.

    Programs choose by this tag (BCP 47), such as `en`, `en-GB` or `zh-Hant`. Languages without a two-letter code have a
    three-letter one; `und` stands for an unknown language.

    Bad: /metadata/language = "english"
    Good: /metadata/language = "en-GB"
    """
    tag = doc.record.metadata.language
    if why := fault(tag):
        yield Problem(
            pointer="/metadata/language",
            message=f"the language {tag!r} is not a language tag: {why}",
            fix="write the two-letter code (ISO 639-1), the three-letter code if there is none, or und",
        )


@rule(
    "MET006",
    "language-against-script",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: doc.text.isascii() and script(doc.record.metadata.language) == "Latin",
)
def language_script(doc: Document) -> Iterator[Problem]:
    """Most of the article is written in a script that its language does not use.

    Either the language is wrong, or the tag must name the script (`ru-Latn`).

    Bad: /metadata/language = "ru"
    Good: /metadata/language = "ru-Latn"
    """
    usual = script(doc.record.metadata.language)
    if usual is not None and (found := written_in(doc.text, usual)):
        yield Problem(
            pointer="/metadata/language",
            message=f"the language {doc.record.metadata.language!r} is written in {usual} letters, but the article in {found} ones",
            fix="correct the language, or name the script in its tag",
        )


_LONGEST = 16
"""Characters of rights up to which they may be a placeholder; longer ones say something."""


@rule("MET007", "rights-placeholder", severity="warning", since="0.2.0")
def rights(doc: Document) -> Iterator[Problem]:
    """An annotated record doesn't say who holds the rights in the article.

    A corpus can't be published before that is known. A draft may still have a placeholder.

    Bad: /metadata/rights = "not stated"
    Good: /metadata/rights = "not stated"
          /annotation/status = "draft"
    """
    value = doc.record.metadata.rights
    if doc.record.annotation.status == "draft" or len(value) > _LONGEST:
        return
    if value.strip(" \t()[]<>{}").lower().replace("_", " ").rstrip("!") in _PLACEHOLDERS or not value.strip():
        yield Problem(
            pointer="/metadata/rights",
            message=f"the rights in the article are {value!r}, which says nothing",
            fix="name the licence (SPDX id), or who holds the rights",
        )


_ZONES = timedelta(days=1)
"""An article of today may be annotated yesterday, on the other side of the date line."""


@rule("MET008", "published-after-annotation", severity="warning", since="0.2.0")
def published_later(doc: Document) -> Iterator[Problem]:
    """The article is dated later than its annotation.

    Nobody annotates what isn't written yet. A day is allowed for time zones.

    Bad: /metadata/published = {"value": "2026-01-03", "basis": "stated"}
    Good: /metadata/published = {"value": "2026-01-02", "basis": "stated"}
    """
    value, created = doc.record.metadata.published.value, doc.record.annotation.created
    if value is None or value[:10] <= created[:10]:
        return
    day, made = value[:10], created[:10]
    try:
        if len(day) == 10:
            made = (date.fromisoformat(made) + _ZONES).isoformat()
            day = date.fromisoformat(day).isoformat()
        elif not day.replace("-", "").isdigit() or day <= made[: len(day)]:
            return
    except ValueError:
        return  # MET001, MET003
    if day > made:
        yield Problem(
            pointer="/metadata/published/value",
            message=f"the article is dated {value}, but its annotation was made on {created[:10]}",
            fix="correct one of the two dates",
        )


@rule("MET009", "annotated-by-nobody", severity="warning", since="0.2.0")
def nobody(doc: Document) -> Iterator[Problem]:
    """An annotated record names no annotator, or one without a name.

    Whoever uses the record must know who annotated it, person or machine.

    Bad: /annotation/annotators = []
    Good: /annotation/annotators = []
          /annotation/status = "draft"
    """
    annotation = doc.record.annotation
    if annotation.status == "draft":
        return
    if not annotation.annotators:
        yield Problem(
            pointer="/annotation/annotators",
            message=f"the record is {annotation.status}, but names no annotator",
            fix="name who annotated it, and of which kind",
        )
    for i, a in enumerate(annotation.annotators):
        if not a.name or a.name.isspace():
            yield Problem(
                pointer=f"/annotation/annotators/{i}/name", message="an annotator has no name", fix="name them"
            )


@rule("MET010", "nothing-annotated", severity="warning", since="0.2.0")
def nothing(doc: Document) -> Iterator[Problem]:
    """A record counts as annotated, but nothing is marked in it.

    An article without a mention is rare; an annotation that was lost, or never made, is not.

    Bad (also QUO016): /entities = []
         /times = []
         /quotes = []
         /claims = []
         /events = []
    Good: /entities = []
         /times = []
         /quotes = []
         /claims = []
         /events = []
         /annotation/status = "draft"
    """
    r = doc.record
    if r.entities or r.quotes or r.claims or r.events or r.times or r.annotation.status == "draft":
        return
    yield Problem(
        pointer="/annotation/status",
        message=f"the record is {r.annotation.status}, but all its layers are empty",
        fix="make it a draft, or restore the annotation",
    )


@rule("MET011", "adjudicated-by-one", severity="info", since="0.2.0")
def one_annotator(doc: Document) -> Iterator[Problem]:
    """A record counts as adjudicated, but names fewer than two annotators.

    To adjudicate is to decide between annotations, so at least two are named.

    Bad: /annotation/status = "adjudicated"
    Good: /annotation/status = "adjudicated"
          /annotation/annotators = [{"name": "A", "kind": "human"}, {"name": "B", "kind": "human"}]
    """
    annotation = doc.record.annotation
    if annotation.status == "adjudicated" and len(annotation.annotators) == 1:
        yield Problem(
            pointer="/annotation/annotators",
            message=f"the record is adjudicated, but names one annotator, {annotation.annotators[0].name!r}",
            fix="name all whose annotations were reconciled, or set the status to annotated",
        )


@rule("MET012", "path-in-source-file", severity="warning", since="0.2.0")
def source_file(doc: Document) -> Iterator[Problem]:
    """`metadata.source_file` is a path, or not the name of a file at all.

    It is the name of the raw article within the corpus's raw/ folder; a path means something on one machine only.

    Bad: /metadata/source_file = "/home/jo/news/example.txt"
    Good: /metadata/source_file = "example – 1.txt"
    """
    value = doc.record.metadata.source_file
    if "/" in value or "\\" in value:
        yield Problem(
            pointer="/metadata/source_file",
            message=f"the source file {value!r} is a path",
            fix=f"keep only the name: {value.replace(chr(92), '/').rstrip('/').rpartition('/')[2]!r}",
        )
    elif value.strip() in ("", ".", "..") or not value.isprintable():
        yield Problem(
            pointer="/metadata/source_file",
            message=f"the source file {value!r} is not the name of a file",
            fix="give the name that the raw article has in the corpus's raw/ folder",
        )


@rule("MET013", "author-blank-or-twice", severity="warning", since="0.2.0")
def authors(doc: Document) -> Iterator[Problem]:
    """An author is blank, begins or ends with white space, is listed twice, or is several people.

    Each name is listed once, as in the byline, without “by”.

    Bad: /metadata/authors = ["Ann Lee", "ann lee"]
    Good: /metadata/authors = ["Ann Lee", "Anne Lee"]
    """
    names = doc.record.metadata.authors
    openers = tuple([f"{word} " for word in doc.pack.byline_openers])
    seen: set[str] = set()
    for i, name in enumerate(names):
        folded = name.strip().casefold()
        why = (
            "is blank"
            if not folded
            else "is listed twice"
            if folded in seen
            else "begins or ends with white space"
            if name != name.strip()
            else f"begins with “{folded.partition(' ')[0]}”"
            if folded.startswith(openers)
            else "is several people"
            if ";" in name or not doc.pack.and_words.isdisjoint(name.split(" ")[1:-1])
            else None
        )
        seen.add(folded)
        if why:
            yield Problem(
                pointer=f"/metadata/authors/{i}",
                message=f"the author {name!r} {why}",
                fix="list each name once, without “by” or spaces around it",
            )


RULES = (
    published,
    inferred,
    annotation_dates,
    headline,
    language,
    language_script,
    rights,
    published_later,
    nobody,
    nothing,
    one_annotator,
    source_file,
    authors,
)
