"""Languages and their scripts: what a BCP 47 tag may be, and what its text is usually written in."""

import re
from functools import cache

from .remembering import remembered
from .words import Words, languages, words

ISO_639_1 = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su "
    "sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
"""The two-letter language codes."""

_OLD = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "sh": "sr"}
_COUNTRY = {"gb": "en", "us": "en", "cn": "zh", "jp": "ja", "dk": "da", "cz": "cs", "gr": "el", "il": "he", "ua": "uk"}
_NAMES = {
    name: code
    for pair in "english:en german:de deutsch:de french:fr francais:fr spanish:es espanol:es italian:it russian:ru "
    "chinese:zh japanese:ja arabic:ar dutch:nl polish:pl turkish:tr swedish:sv ukrainian:uk hebrew:he greek:el korean:ko".split()
    for name, code in [pair.split(":")]
}
_TAG = re.compile(
    r"(?i)[a-z]{2,3}(?P<extended>(?:-[a-z]{3}){0,3})(?P<script>-[a-z]{4})?(?P<region>-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
)

SCRIPTS = {
    "Latin": "A-Za-zªºÀ-ÖØ-öø-ɏḀ-ỿ",
    "Cyrillic": "Ѐ-ԯ",
    "Greek": "Ͱ-Ͽἀ-῿",
    "Armenian": "\u0531-\u058f",
    "Hebrew": "\u0590-\u05ff",
    "Arabic": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "Devanagari": "\u0900-\u097f",
    "Bengali": "\u0980-\u09ff",
    "Tamil": "\u0b80-\u0bff",
    "Thai": "\u0e00-\u0e7f",
    "Georgian": "\u10a0-\u10ff",
    "Ethiopic": "\u1200-\u137f",
    "Hangul": "\u1100-\u11ff\uac00-\ud7a3",
    "Chinese or Japanese": "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff",
}
"""Script → its letters, as a character class."""

_LETTERS = {name: re.compile(f"[{ranges}]") for name, ranges in SCRIPTS.items()}
_SUBTAGS = {
    "latn": "Latin", "cyrl": "Cyrillic", "grek": "Greek", "armn": "Armenian", "hebr": "Hebrew", "arab": "Arabic",
    "deva": "Devanagari", "beng": "Bengali", "taml": "Tamil", "thai": "Thai", "geor": "Georgian", "ethi": "Ethiopic",
    "kore": "Hangul", "hang": "Hangul", "hans": "Chinese or Japanese", "hant": "Chinese or Japanese",
    "hani": "Chinese or Japanese", "jpan": "Chinese or Japanese",
}  # fmt: skip
_USUAL = {
    code: script
    for script, codes in {
        "Latin": "en de fr es it pt nl sv da no nb nn fi is fo et lv lt pl cs sk sl hr hu ro tr id vi ca eu gl ga cy gd "
        "mt sq af sw tl lb br co eo ht haw la oc so xh yo zu ig rw sn st tn ts",
        "Cyrillic": "ru uk bg mk be ky tg ba cv os tt",
        "Greek": "el",
        "Armenian": "hy",
        "Hebrew": "he yi",
        "Arabic": "ar fa ps ur ckb arz",
        "Devanagari": "hi mr ne",
        "Bengali": "bn as",
        "Tamil": "ta",
        "Thai": "th",
        "Georgian": "ka",
        "Ethiopic": "am ti",
        "Hangul": "ko",
        "Chinese or Japanese": "zh ja",
    }.items()
    for code in codes.split()
}
"""Language → the script that its news is written in; none for languages of several (Serbian, Kazakh, Uzbek)."""


STOPLESS = frozenset("th lo km my bo".split())
"""Languages whose sentences end without a mark."""

_SAMPLE = 1500
"""Characters of a text that are read for its language: two or three paragraphs."""
_OWN = 2
"""Times that the commonest word of its own language stands in a text that may be in another one, at most."""
_LEAST = 8
"""Common words of another language that a text in it has at least; fewer may be a title or a quotation."""
_ONE_IN = 8
"""One in so many words, at least, is one of these."""
_TIMES = 3
"""More than so many of them stand beside each common word of its own language."""


@cache
def _common() -> dict[str, Words]:
    """Language → the commonest words of its news, of those whose pack has them."""
    return {name: frozenset(pack.common) for name in languages() if (pack := words(name)) is not None and pack.common}


def other_language(text: str, language: str) -> str | None:
    """The language whose commonest words fill a text, where those of `language` hardly occur in it; of a few languages."""
    own, sample = words(language), text[:_SAMPLE]
    if own is None or not own.common or sample.count(f" {own.common[0]} ") > _OWN:
        return None
    said = sample.lower().split()
    counts = {name: sum(map(common.__contains__, said)) for name, common in _common().items()}
    most = max(counts, key=lambda name: counts[name])
    return (
        most if counts[most] >= max(_LEAST, len(said) // _ONE_IN) and counts[most] > _TIMES * counts[language] else None
    )


_CODE = 3
"""Letters of a language's code at most (ISO 639-2, 639-3)."""


@remembered
def fault(tag: str) -> str | None:
    """Why a language tag is none, or None."""
    primary = tag.partition("-")[0].lower()
    if primary in _OLD:
        return f"{primary!r} is an old code; it is {_OLD[primary]!r} now"
    if primary in _NAMES:
        return f"it is a name; the code is {_NAMES[primary]!r}"
    if len(primary) > _CODE:
        return f"{primary!r} is no code of two or three letters"
    if len(primary) == 2 and primary not in ISO_639_1:
        hint = f"; that is a country, whose language may be {_COUNTRY[primary]!r}" if primary in _COUNTRY else ""
        return f"{primary!r} is the code of no language{hint}"
    if not _TAG.fullmatch(tag):
        return "after the language come a script (four letters), a region (two letters or three digits) and variants"
    return None


@remembered
def script(tag: str) -> str | None:
    """The script that a tag names, or that its language is usually written in; None where several are."""
    primary, *rest = tag.lower().split("-")
    named = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    return _SUBTAGS.get(named) if named else _USUAL.get(primary)


_BEGINNING = 2000
"""Characters of a text that are read for its script."""
_BYTES = 1.25
"""Bytes of UTF-8 for each character below which a text is mostly ASCII, and so Latin."""
_LETTERS_LEAST = 20
"""Letters of another script that a text has at least; fewer are a name or a title."""


def written_in(text: str, script: str) -> str | None:
    """The script in which a text is mostly written, where that is another than `script`."""
    sample = text[:_BEGINNING]
    if script == "Latin" and len(sample.encode("utf-8", "replace")) < _BYTES * len(sample):
        return None  # mostly ASCII
    own = len(_LETTERS[script].findall(sample))
    if own * 2 >= len(sample):
        return None
    counts = {name: len(letters.findall(sample)) for name, letters in _LETTERS.items()}
    most = max(counts, key=lambda name: counts[name])
    return most if counts[most] >= _LETTERS_LEAST and own * 2 < sum(counts.values()) and most != script else None
