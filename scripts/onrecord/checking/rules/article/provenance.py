"""Metadata (MET): layers that were left out, and small facts of origin."""

from collections.abc import Iterator

from ....findings.finding import Problem
from ....text.languages import other_language
from ..base import Document, rule

_ENOUGH = 5
"""So many items of one layer hardly ever leave another one empty."""
_WEB = frozenset("http https ftp ftps gopher gemini ipfs ar urn doi tag ni info".split())
"""Schemes of addresses at which, or by which, an article is found."""


@rule("MET014", "layer-left-out", severity="info", since="0.2.0")
def left_out(doc: Document) -> Iterator[Problem]:
    """A layer of an annotated record is empty, though others that go with it are full.

    People who are quoted make claims, and claims are about something. A layer that nobody annotated yet would count as
    if the article had none of it.

    Bad: /events = []
         /claims/0/about = ["e2"]
         /claims/1/about = ["e2"]
         /claims/2/about = ["e2"]
         /claims/- = {"id": "c4", "fragments": [{"start": 183, "end": 197, "text": "“It is ready.”"}], "text": "The Moon landing is ready.", "voice": "source", "claimant": "e1", "claimant_mention": "m5", "quote": "q2", "kind": "evaluation", "stance": "affirm", "check_worthy": false, "about": ["e2"], "relations": []}
         /claims/- = {"id": "c5", "fragments": [{"start": 93, "end": 115, "text": "first planned for 2026"}], "text": "The Moon landing was first planned for 2026.", "voice": "source", "claimant": "e1", "claimant_mention": "m2", "quote": "q1", "kind": "fact", "stance": "affirm", "check_worthy": true, "about": ["e2"], "relations": []}
    Good: /events = []
         /claims/0/about = ["e2"]
         /claims/1/about = ["e2"]
         /claims/2/about = ["e2"]
    """
    r = doc.record
    if (r.entities and r.quotes and r.claims and r.events) or r.annotation.status == "draft":
        return
    of_sources = sum(c.voice == "source" for c in r.claims)
    for layer, items, other, count in (
        ("claims", r.claims, "quotes", len(r.quotes)),
        ("quotes", r.quotes, "claims of sources", of_sources),
        ("entities", r.entities, "quotes and claims", len(r.quotes) + len(r.claims)),
        ("entities", r.entities, "events", len(r.events) if len(r.quotes) + len(r.claims) < _ENOUGH else 0),
        ("events", r.events, "claims", len(r.claims)),
    ):
        if not items and count >= _ENOUGH:
            yield Problem(
                pointer=f"/{layer}",
                message=f"the record is {r.annotation.status} and has {count} {other}, but no {layer}",
                fix=f"annotate the {layer}, or make the record a draft until that is done",
            )


@rule("MET015", "annotator-twice", severity="warning", since="0.2.0")
def annotator_twice(doc: Document) -> Iterator[Problem]:
    """An annotator is named twice.

    Agreement is measured between annotators, so each is listed once.

    Bad: /annotation/annotators = [{"name": "Jo", "kind": "human"}, {"name": "jo ", "kind": "human"}]
    Good: /annotation/annotators = [{"name": "Jo", "kind": "human"}, {"name": "Jo", "kind": "machine"}]
    """
    annotators = doc.record.annotation.annotators
    seen: set[tuple[str, str]] = set()
    for i, a in enumerate(annotators):
        key = (a.name.strip().casefold(), a.kind)
        if key in seen and key[0]:
            yield Problem(
                pointer=f"/annotation/annotators/{i}/name",
                message=f"the annotator {a.name!r} is named twice",
                fix="name each annotator once; a note may say that somebody annotated twice",
            )
        seen.add(key)


@rule("MET016", "publisher-blank", severity="warning", since="0.2.0")
def publisher(doc: Document) -> Iterator[Problem]:
    """The publisher is blank, or begins or ends with white space.

    A publisher that is not known is null, so that nobody takes a blank for a name.

    Bad: /metadata/publisher = " "
    Good: /metadata/publisher = "Reuters"
    """
    value = doc.record.metadata.publisher
    if value is not None and value.strip() != (value or " "):
        yield Problem(
            pointer="/metadata/publisher",
            message=f"the publisher {value!r} {'begins or ends with white space' if value.strip() else 'is blank'}",
            fix="write only the name, or null if it is not known",
        )


@rule("MET017", "url-of-no-page", severity="warning", since="0.2.0")
def url(doc: Document) -> Iterator[Problem]:
    """The URL is not an address at which an article can be read.

    It is shown as a link. An address on your own disk leads other readers nowhere, and a `javascript:` address runs in
    their browsers.

    Bad: /metadata/url = "javascript:alert(1)"
    Good: /metadata/url = "https://example.org/moon"
    """
    value = doc.record.metadata.url
    if value is None:
        return
    scheme, _, rest = value.partition(":")
    scheme = scheme.lower()
    why = (
        f"begins with {scheme}:, which leads to no web page"
        if scheme not in _WEB
        else "names no site"
        if scheme in ("http", "https", "ftp", "ftps") and not rest.lstrip("/").partition("/")[0].strip(".:")
        else None
    )
    if why:
        yield Problem(
            pointer="/metadata/url",
            message=f"the URL {value[:80]!r} {why}",
            fix="give the address of the article on the web (https://…), or null",
        )


@rule("MET018", "language-against-words", severity="warning", since="0.2.0", words=("common",))
def language_words(doc: Document) -> Iterator[Problem]:
    """The text's commonest words belong to another language than its tag says.

    The tag decides which word lists the rules use; with a wrong tag they find nothing, or the wrong things. Only some
    languages are recognised.

    Bad (also TXT001): /metadata/language = "fr"
         /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\n\nThe head of the office said that the rocket was ready for the trip, and that the crew of the ship is ready for it."
         /segments/- = {"id": "s5", "kind": "paragraph", "start": 199, "end": 313}
    Good (also TXT001): /metadata/language = "en-GB"
         /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\n\nThe head of the office said that the rocket was ready for the trip, and that the crew of the ship is ready for it."
         /segments/- = {"id": "s5", "kind": "paragraph", "start": 199, "end": 313}
    """
    found = other_language(doc.text, doc.language)
    if found is not None:
        yield Problem(
            pointer="/metadata/language",
            message=f"the language is given as {doc.record.metadata.language!r}, but the commonest words are those of {found!r}",
            fix="correct the language tag",
        )


RULES = (left_out, annotator_twice, publisher, url, language_words)
