"""Where the words of a text went when it was corrected: old offsets → new ones.

Lines that both texts have once stay together, wherever they stand; the rest is a diff of words and marks, and inside
of what was replaced one of words and characters. All offsets are Unicode code points, end exclusive.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from .tokens import QUOTES, Token, alike, best, clusters, increasing, lines_of, once, same, size, slide, tokens

_IN_PLACE = 4
"""Words; a longer stretch was not replaced, but written anew."""
_FAR = 40
"""Characters; a span is torn where more than this and its own length was put into it."""
_SMALL = 4
"""A word beside a change that is so many times as long is there by chance: the whole sentence was rewritten."""
_SHORT = 3
"""Characters of a word up to which it is in too many sentences to be a place to hold on to."""
_ALIKE_IN_PLACE = 0.6
"""How alike two words are (by `tokens.alike`) if one took the place of the other in the same sentence."""
_ALIKE = 0.75
"""The same in a rewritten sentence, where more words compete."""


class Match(Struct, frozen=True):
    """`[old, old_end)` of the old text is `[new, new_end)` of the new one; exact if it is the same characters."""

    old: int
    old_end: int
    new: int
    new_end: int
    exact: bool
    word: bool
    group: bool = False


class Edit(Struct, frozen=True):
    """A stretch of both texts as positions of tokens: equal, or replaced (an empty side: inserted or deleted)."""

    old: int
    old_end: int
    new: int
    new_end: int
    equal: bool


def _edits(match: Sequence[int], length: int) -> Iterator[Edit]:
    i = j = 0
    while i < len(match) or j < length:
        old, new = i, j
        while i < len(match) and match[i] == j:
            i, j = i + 1, j + 1
        if i > old:
            yield Edit(old, i, new, j, True)
            continue
        while i < len(match) and match[i] < 0:
            i += 1
        j = match[i] if i < len(match) else length
        yield Edit(old, i, new, j, False)


class _Diff:
    """Makes the matches of two texts."""

    def __init__(self, old: str, new: str) -> None:
        self.texts = old, new
        self.a, self.b = tokens(old), tokens(new)
        self.matches: list[Match] = []
        self.counts = [Counter(t.key for t in side) for side in (self.a, self.b)]

    def run(self) -> list[Match]:
        blocks = self._lines()
        match = [-1] * len(self.a)
        held: tuple[set[int], set[int]] = (set(), set())
        i = j = 0
        for old, new, n in [*blocks, (len(self.a), len(self.b), 0)]:
            for x, y in same([t.key for t in self.a[i:old]], [t.key for t in self.b[j:new]]):
                match[i + x] = j + y
            for k in range(n):
                match[old + k] = new + k
            held[0].update(range(old, old + n))
            held[1].update(range(new, new + n))
            i, j = old + n, new + n
        slide(self.a, match, held[0])
        back = [-1] * len(self.b)
        for i, j in enumerate(match):
            if j >= 0:
                back[j] = i
        slide(self.b, back, held[1])
        match = [-1] * len(self.a)
        for j, i in enumerate(back):
            if i >= 0:
                match[i] = j
        self._matches(self._edges(self._weeded(match, held[0]), held[0]))
        return sorted(self.matches, key=lambda match: match.old)

    def _lines(self) -> list[tuple[int, int, int]]:
        """Lines that both texts have once. Those that changed places are matched and taken out; the others are returned."""
        lines = lines_of(self.a), lines_of(self.b)
        one = once(tuple(t.key for t in self.a[s:e]) for s, e in lines[0])
        two = once(tuple(t.key for t in self.b[s:e]) for s, e in lines[1])
        common = [(lines[0][i], lines[1][two[key]]) for key, i in one.items() if key in two]
        stay = set(increasing([new[0] for _, new in common]))
        gone: tuple[set[int], set[int]] = (set(), set())
        for k, ((s, e), (s2, e2)) in enumerate(common):
            if k not in stay:
                gone[0].update(range(s, e))
                gone[1].update(range(s2, e2))
                self._one_by_one(self.a[s:e], self.b[s2:e2])
        left = [[i for i in range(len(side)) if i not in out] for side, out in zip((self.a, self.b), gone, strict=True)]
        at = [{i: k for k, i in enumerate(kept)} for kept in left]
        self.a, self.b = [self.a[i] for i in left[0]], [self.b[i] for i in left[1]]
        return [(at[0][s], at[1][s2], e - s) for k, ((s, e), (s2, _)) in enumerate(common) if k in stay]

    def _weeded(self, match: list[int], held: set[int]) -> list[Edit]:
        """The edits without chance equalities: short ones between two larger changes, as “the” of two other sentences."""
        done: list[Edit] = []
        for edit in _edits(match, len(self.b)):
            done.append(edit)
            while len(done) > 2 and not edit.equal:
                before, middle, after = done[-3:]
                sizes = [self._size(before), self._size(after)]
                chance = (
                    before.old < before.old_end
                    and after.old < after.old_end
                    and size(self.a[middle.old : middle.old_end]) <= min(max(s) for s in sizes)
                )
                if not chance or self._holds(middle, held):
                    break
                done[-3:] = [Edit(before.old, after.old_end, before.new, after.new_end, False)]
        return done

    def _edges(self, edits: list[Edit], held: set[int]) -> list[Edit]:
        """The edits where a sentence that was rewritten but for a word at its start or end is replaced as a whole."""
        for k, edit in enumerate(edits):
            if edit.equal or edit.old == edit.old_end or self._respelt(edit):
                continue
            for at, inner, side in ((k - 1, edit.old, -1), (k + 1, edit.old_end - 1, 1)):
                if not 0 <= at < len(edits):
                    continue
                run, changed = edits[at], min(self._size(edits[k]))
                n, most = 0, run.old_end - run.old
                first = run.old_end - 1 if side < 0 else run.old
                while n < most and self.a[first + side * n].sentence == self.a[inner].sentence:
                    n += 1
                cut = most - n if side < 0 else n
                parts = (
                    Edit(run.old, run.old + cut, run.new, run.new + cut, True),
                    Edit(run.old + cut, run.old_end, run.new + cut, run.new_end, True),
                )
                rest, part = parts if side < 0 else parts[::-1]
                if _SMALL * size(self.a[part.old : part.old_end]) < changed and not self._holds(part, held):
                    edits[at], now = rest, edits[k]
                    edits[k] = Edit(
                        min(now.old, part.old),
                        max(now.old_end, part.old_end),
                        min(now.new, part.new),
                        max(now.new_end, part.new_end),
                        False,
                    )
        return edits

    def _size(self, edit: Edit) -> tuple[int, int]:
        return size(self.a[edit.old : edit.old_end]), size(self.b[edit.new : edit.new_end])

    def _respelt(self, edit: Edit) -> bool:
        """Whether a word was split, or two were joined."""
        x, y = self.a[edit.old : edit.old_end], self.b[edit.new : edit.new_end]
        letters = ["".join(t.key for t in side if t.word).casefold() for side in (x, y)]
        return len(x) != len(y) and len(x) + len(y) <= 2 * _IN_PLACE and letters[0] == letters[1] != ""

    def _holds(self, edit: Edit, held: set[int]) -> bool:
        """Whether a stretch is no chance: a whole line, or with a telling word."""
        at = range(edit.old, edit.old_end)
        return not held.isdisjoint(at) or any(self._telling(self.a[i].key) for i in at)

    def _telling(self, key: str) -> bool:
        """Whether a word is a place to hold on to: a number, a name, a word that both texts have once."""
        if len(key) > 1 and any(c.isdigit() for c in key):
            return True
        if len(key) > 1 and key[0] != key[0].lower() and not any(c[key.lower()] for c in self.counts):
            return True
        return len(key) > _SHORT and all(c[key] == 1 for c in self.counts)

    def _matches(self, edits: list[Edit]) -> None:
        """Match what is equal, and what was replaced with its successor: in a sentence that is otherwise the same
        word for word, in a rewritten one only what is alike."""
        pairs: dict[int, list[tuple[int, int]]] = {}
        left, changes = Counter[int](), Counter[int]()  # of each old sentence: words gone less words there, and edits
        for k, edit in enumerate(edits):
            x, y = self.a[edit.old : edit.old_end], self.b[edit.new : edit.new_end]
            if edit.equal:
                self._one_by_one(x, y)
            else:
                pairs[k] = self._alike(x, y, False)
                changes.update({t.sentence for t in x})
            there = range(len(x)) if edit.equal else {i for i, _ in pairs[k]}
            for i, t in enumerate(x):
                left[t.sentence] += t.word * (-1 if i in there else 1)
        for k, found in pairs.items():
            x, y = self.a[edits[k].old : edits[k].old_end], self.b[edits[k].new : edits[k].new_end]
            if not x or not y:
                continue
            if self._respelt(edits[k]):
                self._as_one(x, y)
                continue
            at = x[0].sentence
            words = [sum(t.word for t in side) - sum(x[i].word for i, _ in found) for side in (x, y)]
            in_place = (
                max(words) <= _IN_PLACE
                and at == x[-1].sentence
                and y[0].sentence == y[-1].sentence
                and left[at] + changes[at] <= 1
            )
            i = j = 0
            for x_end, y_end in [*(self._alike(x, y, True) if in_place else found), (len(x), len(y))]:
                if in_place:
                    self._successor(x[i:x_end], y[j:y_end])
                self._one_by_one(x[x_end : x_end + 1], y[y_end : y_end + 1])
                i, j = x_end + 1, y_end + 1

    def _alike(self, x: list[Token], y: list[Token], in_place: bool) -> list[tuple[int, int]]:
        """The pairs of what is alike in two stretches; sure ones only, if these were not replaced in place."""

        def score(i: int, j: int) -> float:
            one, two = x[i], y[j]
            if one.word != two.word:
                return 0.0
            if one.key == two.key:
                if not one.word:
                    return 0.2 if in_place or one.key in QUOTES else 0.0
                return 2.0 if in_place or self._telling(one.key) else 0.0
            names = one.key[0].isupper() and two.key[0].isupper()
            if not one.word or (not in_place and (len(one.key) <= _SHORT - names or one.key.isdigit())):
                return 0.0
            return alike(one.key, two.key, _ALIKE_IN_PLACE if in_place else _ALIKE)

        return best(len(x), len(y), score)

    def _successor(self, x: list[Token], y: list[Token]) -> None:
        """One stretch replaced by another without a word in common: word for word, or as a whole."""
        if any(t.word for t in x) != any(t.word for t in y):
            return
        for side in (x, y):
            while any(t.word for t in side) and not side[0].word:
                del side[0]
            while any(t.word for t in side) and not side[-1].word:
                del side[-1]
        if [(t.word, t.key[0] in QUOTES) for t in x] == [(t.word, t.key[0] in QUOTES) for t in y]:
            self._one_by_one(x, y)
        elif any(t.word for t in x):
            self._as_one(x, y)

    def _as_one(self, x: Sequence[Token], y: Sequence[Token]) -> None:
        self.matches.append(Match(x[0].start, x[-1].end, y[0].start, y[-1].end, False, True, group=True))

    def _one_by_one(self, x: Sequence[Token], y: Sequence[Token]) -> None:
        for one, two in zip(x, y, strict=True):
            exact = self.texts[0][one.start : one.end] == self.texts[1][two.start : two.end]
            self.matches.append(Match(one.start, one.end, two.start, two.end, exact, one.word))


def _splits(found: Sequence[Token], at: int) -> bool:
    """Whether a place is inside a token."""
    k = bisect_right(found, at, key=lambda t: t.end)
    return k < len(found) and found[k].start < at


class Alignment:
    """Where spans of the old text are in the new one."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        diff = _Diff(old, new)
        self._tokens, self._new_tokens = diff.a, diff.b
        self.matches = diff.run()
        """In the order of the old text; none overlaps another."""

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where `old[start:end]` is in the new text, or None where none of its words is left.

        What was put between words that are left belongs to it. It ends at the ends of words and characters,
        if it did in the old text, and has no white space at its ends, unless it is the same as before.
        """
        first = bisect_right(self.matches, start, key=lambda match: match.old_end)
        last = bisect_left(self.matches, end, key=lambda match: match.old)
        matches = self.matches[first:last]
        pieces = [
            (match, to)
            for match in matches
            if (to := self._part(match, max(start, match.old), min(end, match.old_end)))
        ]
        if not pieces:
            return self._space(start, end)
        match, to = pieces[0]
        at = to[0] - max(match.old - start, 0)
        if (
            at >= 0
            and self.new[at : at + end - start] == self.old[start:end]
            and _splits(self._new_tokens, at) <= _splits(self._tokens, start)  # no part of a longer word
            and _splits(self._new_tokens, at + end - start) <= _splits(self._tokens, end)
        ):
            return at, at + end - start
        first = bisect_right(self._tokens, start, key=lambda t: t.end)
        last = bisect_left(self._tokens, end, key=lambda t: t.start)
        if any(t.word for t in self._tokens[first:last]) and not any(match.word for match, _ in pieces):
            return None
        runs: list[list[tuple[Match, tuple[int, int]]]] = []
        for match, to in pieces:
            before, there = runs[-1][-1] if runs else (match, to)
            put_in = (to[0] - there[1]) - (match.old - before.old_end)
            if not runs or (match is not before and to[0] < there[1]) or put_in > _FAR + end - start:
                runs.append([])
            runs[-1].append((match, to))
        run = max(runs, key=lambda r: sum(b - a for match, (a, b) in r if match.word))
        return run[0][1][0], run[-1][1][1]

    def _part(self, match: Match, start: int, end: int) -> tuple[int, int] | None:
        """Where `old[start:end]`, a part of a match, is in the new text."""
        if (start, end) == (match.old, match.old_end):
            return match.new, match.new_end
        if match.group:  # it belongs to whoever has most of it
            return (match.new, match.new_end) if 2 * (end - start) > match.old_end - match.old else None
        if match.exact:
            return start - match.old + match.new, end - match.old + match.new
        old, new = self.old[match.old : match.old_end], self.new[match.new : match.new_end]
        at = [
            y + k
            for x, y, n in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
            for k in range(n)
            if start <= match.old + x + k < end
        ]
        if not at:
            return None
        low = 0 if start == match.old else at[0]
        high = len(new) if end == match.old_end else at[-1] + 1
        cuts = [0, *(end for _, end in clusters(new))]
        low, high = cuts[bisect_right(cuts, low) - 1], cuts[bisect_left(cuts, high)]
        return match.new + low, match.new + high

    def _space(self, start: int, end: int) -> tuple[int, int] | None:
        """White space has no words; it is still there if it stands by the same word."""
        if self.old[start:end].strip():
            return None
        k = bisect_right(self.matches, start, key=lambda match: match.old_end)
        for match in self.matches[max(k - 1, 0) : k + 1]:
            before = match.old_end <= start
            at = match.new_end + start - match.old_end if before else match.new + start - match.old
            between = self.old[match.old_end : start] if before else self.old[end : match.old]
            if not between.strip() and at >= 0 and self.new[at : at + end - start] == self.old[start:end]:
                return at, at + end - start
        return None

    def shared(self, old: Sequence[tuple[int, int]], new: Sequence[tuple[int, int]]) -> Counter[tuple[int, int]]:
        """How many characters stretches have in common, by their positions in `old` and `new` (each in order)."""
        found: Counter[tuple[int, int]] = Counter()
        for match in self.matches:
            i = bisect_right(old, match.old, key=lambda s: s[0]) - 1
            j = bisect_right(new, match.new, key=lambda s: s[0]) - 1
            if i >= 0 and j >= 0 and match.old < old[i][1] and match.new < new[j][1]:
                found[i, j] += min(match.old_end - match.old, match.new_end - match.new)
        return found
