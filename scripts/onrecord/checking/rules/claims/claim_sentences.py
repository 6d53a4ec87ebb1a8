"""The sentences of claims against the article: its words, negations, names, numbers, its script and typing (CLM)."""

import re
from bisect import bisect_left
from collections.abc import Container, Iterator, Set
from functools import cache

from ....findings.finding import Problem
from ....model.record import Claim, Entity, Event, extent
from ....text.languages import script, written_in
from ....text.words import Pack, Words
from ..base import Document, rule

_WORD = re.compile(r"[^\W\d_]{4,}")
_INVISIBLE = frozenset("\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\xad")


def _words(claim: Claim) -> str:
    return " ".join([f.text for f in claim.fragments]) if len(claim.fragments) > 1 else claim.fragments[0].text


def _holding(texts: list[str], needles: tuple[str, ...]) -> set[int]:
    """Which of the texts have one of the needles."""
    joined = "\n".join(texts)
    return {i for needle in needles if needle in joined for i, text in enumerate(texts) if needle in text}


def _negated(lower: str, pack: Pack) -> bool:
    negated = pack.negated
    return negated.search(lower) is not None and negated.search(pack.without_denial.sub(" ", lower)) is not None


@rule("CLM024", "negation-lost-or-added", severity="info", since="0.2.0", words=("negations", "negation_needles"))
def negation(doc: Document) -> Iterator[Problem]:
    """An affirmed claim's words are negated but its sentence is not, or the other way round.

    A “not” that gets lost turns the claim into its opposite.

    Bad: /claims/1/text = "NASA will not fly to the Moon in 2028."
    Good: /claims/1/text = "NASA will not only fly to the Moon in 2028."
    """
    pack = doc.pack
    needles, opposite = pack.negation_needles, (*pack.denying, *pack.opposites)
    claims = [(i, c) for i, c in enumerate(doc.record.claims) if c.stance == "affirm"]
    places = [c.fragments[0].text if len(c.fragments) == 1 else _words(c) for _, c in claims]
    for n in sorted(_holding([c.text for _, c in claims], needles) ^ _holding(places, needles)):
        (i, c), words = claims[n], places[n]
        text = c.text
        sentence, place = text.lower(), words.lower()
        mine = _negated(sentence, pack)
        if mine == _negated(place, pack):
            continue
        if words.count(" ") < 2:
            continue
        plain = place if mine else sentence
        if any(w.startswith(opposite) for w in plain.split()):
            continue  # “refused to go”: “did not go”
        yield Problem(
            pointer=f"/claims/{i}/text",
            message=f"the words of {c.id}, “{doc.words(*extent(c))}”, are {'not negated' if mine else 'negated'}, "
            f"but its sentence is{'' if mine else ' not'}: “{text}”",
            fix="write the sentence with the meaning of the words; if they reject it, set the stance to deny",
            span=extent(c),
        )


def _tidy(doc: Document) -> bool:
    """Whether all sentences at once have nothing in them that may be untidy."""
    texts = [c.text for c in doc.record.claims]
    joined = "|".join(texts)
    return joined.isprintable() and "  " not in joined and list(map(str.strip, texts)) == texts


@rule("CLM025", "untidy-sentence", severity="warning", since="0.2.0", unless=_tidy)
def untidy(doc: Document) -> Iterator[Problem]:
    """A claim's sentence is blank, begins or ends with a space, or holds a line break, two spaces or an invisible
    character.

    Readers, tables and figures show it as one line.

    Bad: /claims/1/text = "NASA will fly  to the Moon in 2028."
    Good: /claims/1/text = "NASA will fly to the Moon\u00a0in 2028."
    """
    for i, c in enumerate(doc.record.claims):
        text = c.text
        why = (
            "is blank"
            if not text.strip()
            else "holds a line break"
            if "\n" in text or "\r" in text
            else "begins or ends with a space"
            if text != text.strip()
            else "holds two spaces in a row"
            if "  " in text
            else "holds an invisible character"
            if any(ch < " " or "\x7f" <= ch <= "\x9f" or ch in _INVISIBLE for ch in text)
            else None
        )
        if why:
            yield Problem(
                pointer=f"/claims/{i}/text",
                message=f"the sentence of {c.id} {why}: “{' '.join(text.split())[:80]}”",
                fix="write the sentence in one line, with single spaces between its words",
                span=extent(c),
            )


_STEM = 4
"""Characters at its beginning by which a word is known in all its forms (“bridge”, “bridges”)."""
_LONG = 2000
"""Code points of a sentence beyond which its runs of four are looked up, not searched."""


def _fours(text: str) -> Container[str]:
    """What stems are looked up in: a short text itself, of a long one the set of its runs of as many characters."""
    return text if len(text) <= _LONG else {text[i : i + _STEM] for i in range(len(text) - _STEM + 1)}


def _shares_a_word(sentence: str, words: str) -> bool:
    fours = _fours(sentence)
    for word in words.split():
        if len(word) > _STEM and word[:_STEM] in fours:
            return True
    return False


_ENOUGH = 3
"""Of fewer telling words none may be left when a sentence is written anew."""


@rule("CLM026", "sentence-of-other-words", severity="info", since="0.2.0")
def other_words(doc: Document) -> Iterator[Problem]:
    """An affirmed claim's sentence has no word in common with the words that carry it.

    Names replace pronouns, but the other words mostly stay. Probably the sentence, or the place, belongs to another
    claim.

    Bad (also CLM033, CLM034): /claims/1/fragments = [{"start": 80, "end": 115, "text": "the landing, first planned for 2026"}]
         /claims/1/quote = "q1"
         /claims/1/claimant_mention = "m2"
         /claims/1/text = "Reuters talks with the agency."
    Good (also CLM034): /claims/1/fragments = [{"start": 80, "end": 115, "text": "the landing, first planned for 2026"}]
          /claims/1/quote = "q1"
          /claims/1/claimant_mention = "m2"
          /claims/1/text = "NASA's plan was to land on the Moon in 2026."
    """
    for i, c in enumerate(doc.record.claims):
        if c.stance != "affirm" or c.relations:
            continue
        words = _words(c)
        if _shares_a_word(c.text, words):
            continue
        stems = {w[:_STEM] for w in _WORD.findall(words.lower()) if w not in doc.pack.function_words}
        lower = _fours(c.text.lower())
        if len(stems) < _ENOUGH or any(stem in lower for stem in stems):
            continue
        if not {w for w in words.split() if w[:1].isdigit()}.isdisjoint(c.text.rstrip(".").split()):
            continue
        yield Problem(
            pointer=f"/claims/{i}/text",
            message=f"the sentence of {c.id}, “{c.text}”, has no word in common with “{doc.words(*extent(c))}”",
            fix="check that the sentence belongs to these words",
            span=extent(c),
        )


def _plainly_latin(doc: Document) -> bool:
    """Whether all sentences are ASCII, in a language that is written in Latin letters."""
    return "".join([c.text for c in doc.record.claims]).isascii() and script(doc.record.metadata.language) == "Latin"


@rule("CLM027", "sentence-in-another-script", severity="warning", since="0.2.0", unless=_plainly_latin)
def other_script(doc: Document) -> Iterator[Problem]:
    """A claim's sentence is written in another script than the article's language.

    Sentences stand in the article's language, so that they can be compared with its words.

    Bad: /claims/1/text = "НАСА полетит на Луну в две тысячи двадцать восьмом году."
    Good: /claims/1/text = "NASA will fly to the Moon (Луна) in 2028."
    """
    usual = script(doc.record.metadata.language)
    if usual is None or written_in(doc.text, usual):
        return  # MET006
    for i, c in enumerate(doc.record.claims):
        if found := written_in(c.text, usual):
            yield Problem(
                pointer=f"/claims/{i}/text",
                message=f"the sentence of {c.id} is written in {found} letters, the article in {usual}: “{c.text}”",
                fix="write the sentence in the article's language",
                span=extent(c),
            )


_ROOT = 5
"""Characters at its beginning by which the word of a name is known in its adjectives, too (“Canada”, “Canadian”)."""


def _named(claim: Claim, item: Entity | Event) -> bool:
    """Whether a claim's words or its sentence speak of an entity or event."""
    text = claim.text
    for m in item.mentions:
        for f in claim.fragments:
            if f.start <= m.start < f.end:
                return True
        if len(m.text) > 2 and m.text in text:
            return True
    lower = text.lower()
    words = " ".join([*(m.text for m in item.mentions), item.name or ""]).lower()
    return not item.mentions or any(w[:_ROOT] in lower for w in _WORD.findall(words))


class _Named:
    """How an entity or event is recognised: where it is mentioned, and by which words."""

    def __init__(self, item: Entity | Event) -> None:
        self.starts = sorted(m.start for m in item.mentions)
        self.texts = {m.text for m in item.mentions if len(m.text) > 2}
        words = " ".join([*{m.text for m in item.mentions}, item.name or ""]).lower()
        self.stems = {w[:_ROOT] for w in _WORD.findall(words)}

    def by(self, claim: Claim) -> bool:
        """Whether a claim's words or its sentence speak of it."""
        starts = self.starts
        if not starts or any(bisect_left(starts, f.start) < bisect_left(starts, f.end) for f in claim.fragments):
            return True
        lower = claim.text.lower()
        return any(text in claim.text for text in self.texts) or any(stem in lower for stem in self.stems)


@rule("CLM034", "about-what-it-does-not-name", severity="info", since="0.2.0")
def unnamed_matter(doc: Document) -> Iterator[Problem]:
    """A claim is about an entity or event that neither its sentence nor its words in the article mention.

    The sentence is self-contained, so it mentions what it is about. Usually the id is the wrong one.

    Bad: /claims/1/about = ["e4"]
    Good: /claims/1/about = ["e2"]
    """
    entities, events = doc.entities, doc.events
    suspects = [
        (i, c, id)
        for i, c in enumerate(doc.record.claims)
        for id in c.about
        if (e := entities.get(id)) is None or e.name not in c.text
    ]
    known: dict[str, _Named] = {}
    for i, c, id in suspects:
        item = entities.get(id) or events.get(id)
        if item is None:
            continue
        if len(item.mentions) <= _FEW:
            named = _named(c, item)
        else:
            if id not in known:
                known[id] = _Named(item)
            named = known[id].by(c)
        if not named:
            yield Problem(
                pointer=f"/claims/{i}/about/{c.about.index(id)}",
                message=f"{c.id} is about {doc.named(id)}, which its sentence does not mention: “{c.text}”",
                fix="name what the sentence is about, or remove the id",
                span=extent(c),
            )


_DIGIT = re.compile("[0-9]")
_NUMBER = re.compile("[0-9]+(?:[.,][0-9]+)*")
_FEW = 50
"""So many numbers of one length are searched one by one."""


def _absent(numbers: Set[str], text: str) -> set[str]:
    """Which of some numbers stand nowhere in a text, not even within another one."""
    found = set()
    by_length: dict[int, list[str]] = {}
    for n in numbers:
        by_length.setdefault(len(n), []).append(n)
    for size, mine in by_length.items():
        there = text if len(mine) <= _FEW else {text[i : i + size] for i in range(len(text) - size + 1)}
        found.update([n for n in mine if n not in there])
    return found


_NONE = frozenset[str]()


@cache
def _spelled(pack: Pack) -> dict[str, Words]:
    """Number → the words for it."""
    return {
        str(number): frozenset(word for word, n in pack.numbers.items() if n == number)
        for number in {*pack.numbers.values()}
    }


@rule("CLM035", "number-that-the-article-lacks", severity="warning", since="0.2.0")
def strange_number(doc: Document) -> Iterator[Problem]:
    """A claim's sentence has a number that stands neither in the article nor in the value of a time.

    The sentence takes names and dates from the article. Any other number is a slip, or comes from somebody's own
    knowledge.

    Bad: /claims/1/text = "NASA will fly to the Moon in 2029."
    Good: /claims/1/text = "NASA will fly to the Moon in 2028, two years after 2026."
    """
    text = doc.text
    dates = " ".join([doc.record.metadata.published.value or "", *[t.value for t in doc.record.times]])
    numbers = [
        (i, c, n)
        for i, c in enumerate(doc.record.claims)
        if _DIGIT.search(c.text)  # faster than to look for whole numbers at once
        for n in _NUMBER.findall(c.text)
    ]
    missing = _absent(_absent({n for _, _, n in numbers}, dates), text)
    if missing:
        words = set(text.lower().replace("-", " ").split())
        group = doc.pack.thousands
        plain = _absent({n.replace(group, "") for n in missing}, text.replace(group, ""))
        spelled = _spelled(doc.pack)
        missing = {n for n in missing if n.replace(group, "") in plain and spelled.get(n, _NONE).isdisjoint(words)}
    for i, c, number in [x for x in numbers if x[2] in missing]:
        yield Problem(
            pointer=f"/claims/{i}/text",
            message=f"the sentence of {c.id} has the number {number}, which the article does not have: “{c.text}”",
            fix="take the number from the article",
            span=extent(c),
        )


RULES = (strange_number, unnamed_matter, negation, untidy, other_words, other_script)
