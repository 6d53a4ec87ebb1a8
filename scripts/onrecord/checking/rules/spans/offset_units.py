"""Offsets that count another unit than code points: a unit is found if it explains every wrong span."""

from collections.abc import Callable, Iterator, Sequence

from ....model.record import Spanned

FEW = 5
"""Fewer wrong spans may be wrong by chance."""


def miscounted(text: str, spans: Sequence[Spanned]) -> tuple[str, dict[int, int]]:
    """The one reason that explains every span whose words are not those at its offsets, in words for a message.

    Returns:
        The reason, and where each of these spans begins (index in `spans` → offset in code points); ("", {}) if fewer
        than `FEW` are wrong, or no reason explains all of them.
    """
    bad = [
        n
        for n, s in enumerate(spans)
        if not 0 <= s.start < s.end <= len(text) or s.end - s.start != len(s.text) or text[s.start : s.end] != s.text
    ]
    if len(bad) < FEW:
        return "", {}
    for how, to_points in _reasons(text, spans, bad):
        found: dict[int, int] = {}
        for n in bad:
            start, end = to_points(spans[n].start), to_points(spans[n].end)
            if start is None or end is None or start < 0 or end - start != len(spans[n].text):
                break
            if text[start:end] != spans[n].text:
                break
            found[n] = start
        else:
            return how, found
    return "", {}


_SHIFT = 20
"""Characters by which all offsets may be shifted: a headline's first words, or a byte order mark and blank lines."""


def _reasons(
    text: str, spans: Sequence[Spanned], bad: Sequence[int]
) -> Iterator[tuple[str, Callable[[int], int | None]]]:
    if not text.isascii():
        yield "their offsets count UTF-8 bytes", _units(text, lambda c: len(c.encode())).get
        if max(text) > "\uffff":
            yield "their offsets count UTF-16 units", _units(text, lambda c: 1 + (c > "\uffff")).get
    if "\r\n" in text:
        yield "their offsets count each line end (CR LF) as one character", _units(text, lambda c: c != "\r").get
    first = spans[bad[0]]
    for by in range(-_SHIFT, _SHIFT + 1):
        if by and text[max(0, first.start - by) : max(0, first.end - by)] == first.text:
            yield f"their offsets are all shifted by {by:+}", lambda at, by=by: at - by  # type: ignore[misc]


def _units(text: str, size: Callable[[str], int]) -> dict[int, int]:
    """Offset in another unit → offset in code points."""
    found, at = {}, 0
    for n, character in enumerate(text):
        found[at] = n
        at += size(character)
    found[at] = len(text)
    return found
