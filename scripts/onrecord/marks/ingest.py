"""A raw article → a draft record: verbatim text, hashes, segments found by structure, empty layers."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePath

from ..model.fields import PREFIXES
from ..model.record import Annotation, Annotator, Metadata, Published, Record, Segment, SegmentKind
from ..text.words import NOTHING, Pack, languages, primary, words
from ..text.words.pack import any_of

_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_TERMINAL = tuple(".!?…。！？؟۔।:;")
_CLOSING = "\"'”’»)]›」』“‘«‹"


def _pack(language: str) -> Pack:
    return words(language) or NOTHING


def _of_all(name: str) -> frozenset[str]:
    """The words of a list in all languages: that of a raw article is often not known yet."""
    return frozenset().union(*(getattr(_pack(language), name) for language in languages()))


def _any(*names: str) -> str:
    """A pattern of the words of some lists in all languages; how many spaces stand between them does not count."""
    return any_of(frozenset().union(*map(_of_all, names))).replace(r"\ ", r"\s+")


_LINKS = _any("related_links")
_RELATED = re.compile(rf"(?i)(?:{_LINKS})\b\s*[:|–—-]")
_LIST = re.compile(rf"(?i)(?:{_LINKS})\s*[:|–—-]?")
"""A related link's words with no title after them: the titles are the lines that follow."""
_CAPTION = re.compile(rf"(?i)(?:{_any('captions')})\s*[:/©]|(?:{_any('credits')})\b")
_OPENERS = _of_all("byline_openers")
_BYLINE = re.compile(
    rf"(?:{any_of(frozenset(w.capitalize() for w in _OPENERS) | frozenset(w.upper() for w in _OPENERS))})\s+(?=[^\W\d_a-z])"
)
_JOINERS = _any("byline_joiners")
_NAMES = re.compile(r"\b(?:[^\W\d_a-z][\w’'-]+\s+){1,3}[^\W\d_a-z][\w’'-]+")
_MONTHS = {month: number for language in languages() for month, number in _pack(language).months.items()}
_MONTH = rf"(?P<month>{any_of(frozenset(_MONTHS))})[a-z]*\.?"
"""A month by its name, or by one that only begins like it: “janvier”."""
_ORDINAL = rf"(?:{_any('ordinal_endings')})?"
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)"),
    re.compile(r"(?<!\d)(?<!\d\.)(?P<day>\d{1,2})\.\s?(?P<number>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)"),
    re.compile(rf"(?i)(?P<day>\d{{1,2}}){_ORDINAL}\s+{_MONTH},?\s+(?P<year>\d{{4}})"),
    re.compile(rf"(?i)\b{_MONTH}\s+(?P<day>\d{{1,2}}){_ORDINAL},?\s+(?P<year>\d{{4}})"),
)
_SKIP = "\ufeff"
_TITLE = 200
"""Characters of a headline at most."""


def decode(raw: bytes) -> str:
    """The article's text, byte for byte recoverable (`text.encode() == raw`).

    Raises:
        ValueError: not UTF-8 plain text; the message says what was found and what to do.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("the file is UTF-16, not UTF-8; convert it, for example with iconv -f UTF-16 -t UTF-8")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"the file is not UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}; "
            "convert it, for example with iconv -f WINDOWS-1252 -t UTF-8"
        ) from None
    if "\0" in text:
        raise ValueError(f"the file is not plain text: it holds a NUL character at offset {text.index(chr(0))}")
    if not text.strip().strip(_SKIP).strip():
        raise ValueError("the file is empty; an article needs text")
    return text


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in _SKIP):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _SKIP):
        end -= 1
    return start, end


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Trimmed lines as (start, end), blank ones as empty spans."""
    start = 0
    for match in _BREAK.finditer(text):
        yield _trim(text, start, match.start())
        start = match.end()
    yield _trim(text, start, len(text))


def _wrapped(text: str, lines: list[tuple[int, int]], width: int) -> bool:
    """Whether these lines are one paragraph that was broken at a fixed width."""
    if len(lines) < 2 or not 40 <= width <= 120:
        return False
    full = all(end - start >= 0.6 * width for start, end in lines[:-1])
    return full and any(not _closed(text[s:e]) for s, e in lines[:-1])


def _mended(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Lines, with what a stray break cut in two put together again: no title is so long, and no line begins so small."""
    start, end = lines[0]
    for line in lines[1:]:
        if end - start > _TITLE and not _closed(text[start:end]) and text[line[0]].islower():
            end = line[1]
            continue
        yield start, end
        start, end = line
    yield start, end


def blocks(text: str) -> list[tuple[int, int]]:
    """The article's blocks as (start, end) in code points: lines, or hard-wrapped paragraphs between blank lines."""
    lines = list(_lines(text))
    width = max((end - start for start, end in lines), default=0)
    found: list[tuple[int, int]] = []
    chunk: list[tuple[int, int]] = []
    for line in [*lines, (len(text), len(text))]:
        if line[0] < line[1]:
            chunk.append(line)
        elif chunk:
            found += [(chunk[0][0], chunk[-1][1])] if _wrapped(text, chunk, width) else _mended(text, chunk)
            chunk = []
    return found


def _closed(block: str) -> bool:
    """Ends like a sentence."""
    return block.rstrip(_CLOSING).endswith(_TERMINAL)


def _date(block: str) -> str | None:
    for pattern in _DATES:
        if match := pattern.search(block):
            part = match.groupdict()
            month = int(part["number"]) if "number" in part else _MONTHS[part["month"].lower()]
            day = int(part["day"])
            if 1 <= month <= 12 and 1 <= day <= 31:
                return f"{part['year']}-{month:02}-{day:02}"
    return None


def _names(words: str) -> bool:
    """Whether words are names with what joins them: “Von Hand gemacht” and “Von hier an” tell no author."""
    listed = words.split()
    return not words[0].islower() and 2 * sum(w[0].islower() for w in listed) < len(listed)


def _special(block: str) -> SegmentKind | None:
    """Kinds that a block's own words give away."""
    if _RELATED.match(block):
        return "related_link"
    if _CAPTION.match(block) and len(block) <= 300:
        return "caption"
    if len(block) <= 120 and not _closed(block):
        if (by := _BYLINE.match(block)) and _names(block[by.end() :]):
            return "byline"
        if _date(block) and block[0] != "(":  # in brackets it is that of a link, a source, a birth
            return "dateline"
    return None


def _restates(first: str, second: str) -> bool:
    """A full name is introduced twice running: the first block is a summary that the lead says again."""
    return bool(set(_NAMES.findall(first)) & set(_NAMES.findall(second)))


def _listed(texts: list[str]) -> set[int]:
    """Which blocks are a list of related links: a heading that has nothing but links below it, and those."""
    found: set[int] = set()
    for i, text in enumerate(texts):
        if _LIST.fullmatch(text) or (i - 1 in found and len(text) <= _TITLE and not _closed(text)):
            found.add(i)
    return found


def kinds(texts: list[str], language: str = "und") -> list[SegmentKind]:
    """What each block is. Structure decides; an annotator may correct it.

    Args:
        language: BCP 47 tag of the article's language; "und" where it is not known.
    """
    listed = _listed(texts)
    special = ["related_link" if i in listed else _special(t) for i, t in enumerate(texts)]
    found: list[SegmentKind] = [kind or "paragraph" for kind in special]
    plain = [i for i, kind in enumerate(special) if kind is None]
    if len(plain) < 2:
        return found

    def title(i: int) -> bool:
        return len(texts[i]) <= _TITLE and not texts[i].rstrip(_CLOSING).endswith((".", "。", "۔", "।"))

    head = 0
    if len(plain) > 2 and title(plain[0]) and title(plain[1]) and len(texts[plain[0]].split()) <= 3:
        found[plain[0]] = "section"
        head = 1
    if not title(plain[head]):
        return found
    found[plain[head]] = "headline"
    body = plain[head + 1 :]
    if len(body) > 2 and len(texts[body[0]]) <= 400:
        teaser = re.search(r"(?i)\bread (more|on)\b", texts[body[0]])
        named = not _pack(primary(language)).capital_nouns and _restates(texts[body[0]], texts[body[1]])
        if teaser or not _closed(texts[body[0]]) or named:
            found[body[0]] = "summary"
    return found


def _authors(byline: str) -> list[str]:
    names = re.split(rf",|\b(?:{_JOINERS})\b|&", _BYLINE.sub("", byline, count=1))
    return [name.strip() for name in names if name.strip()]


def document_id(name: str) -> str:
    """A document id from a file name: its stem, with what an id may not hold replaced."""
    stem = unicodedata.normalize("NFKD", PurePath(name).stem)
    made = re.sub(r"[^A-Za-z0-9_.:-]+", "-", stem.encode("ascii", "ignore").decode()).strip("-.:")
    return made or "article-" + hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def ingest(
    raw: bytes,
    source_file: str,
    *,
    schema_version: str,
    guidelines: str,
    now: str,
    language: str = "und",
    rights: str = "",
) -> Record:
    """The draft record of a raw article.

    Args:
        raw: the file's bytes, UTF-8.
        source_file: the file's name; the document id is made from it.
        now: UTC, RFC 3339.
        language: BCP 47 tag; "und" (undetermined) where it is not known.

    Raises:
        ValueError: the bytes are not a UTF-8 plain text (see `decode`).
    """
    text = decode(raw)
    found = blocks(text)
    texts = [text[start:end] for start, end in found]
    labels = kinds(texts, language)

    def first(kind: SegmentKind) -> str | None:
        return next((t for t, k in zip(texts, labels, strict=True) if k == kind), None)

    dated = next((d for t, k in zip(texts, labels, strict=True) if k == "dateline" and (d := _date(t))), None)
    digest = hashlib.sha256(raw).hexdigest()
    return Record(
        schema_version=schema_version,
        id=document_id(source_file),
        text=text,
        text_sha256=digest,
        metadata=Metadata(
            headline=first("headline") or "",
            section=first("section"),
            language=language,
            publisher=None,
            url=None,
            authors=tuple(_authors(first("byline") or "")),
            source_file=PurePath(source_file).name.encode("utf-8", "replace").decode() or "unnamed",
            source_sha256=digest,
            rights=rights or "not stated",
            published=Published(value=dated, basis="stated" if dated else "unknown"),
        ),
        segments=tuple(
            Segment(id=f"{PREFIXES['segment']}{i}", kind=kind, start=start, end=end)
            for i, ((start, end), kind) in enumerate(zip(found, labels, strict=True), 1)
        ),
        entities=(),
        times=(),
        quotes=(),
        claims=(),
        events=(),
        annotation=Annotation(
            status="draft",
            guidelines=guidelines,
            annotators=(Annotator(name="onrecord ingest", kind="machine"),),
            created=now,
            modified=now,
        ),
    )
