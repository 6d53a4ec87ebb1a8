"""Safe fixes: edits that rules propose, applied only where nothing gets worse, and canonical form.

A fix never changes what an annotation means. It is proven before it is kept: the record is validated again, and edits
after which any rule finds more than before are taken back.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from ..files import canonical_json
from ..findings.finding import Finding, Patch
from .validate import check_source

_ROUNDS = 10
"""One fix may make room for another (order the pieces, then trim them); more rounds than this never helped."""


class Fixed(Struct, frozen=True):
    """`content` is the record after the fixes, canonical JSON; `applied` the findings that are gone, `left` the others."""

    content: bytes
    applied: tuple[Finding, ...]
    left: tuple[Finding, ...]


def apply(value: Any, patches: Iterable[Patch]) -> Any:
    """A copy of a JSON value with values set, appended (`/-`) or removed at JSON pointers."""
    value = msgspec.json.decode(msgspec.json.encode(value))  # deeper than deepcopy
    for patch in patches:
        *steps, last = (s.replace("~1", "/").replace("~0", "~") for s in patch.pointer.split("/")[1:])
        target = value
        for step in steps:
            target = target[int(step) if isinstance(target, list) else step]
        key: Any = len(target) if last == "-" else int(last) if isinstance(target, list) else last
        if patch.remove:
            del target[key]
        elif isinstance(target, list) and key == len(target):
            target.append(patch.value)
        else:
            target[key] = patch.value
    return value


def _chosen(findings: Sequence[Finding]) -> list[Finding]:
    """Findings with edits of which no two touch the same place."""
    taken: set[str] = set()
    chosen = []
    for finding in findings:
        places = {p.pointer for p in finding.edits}
        clash = any(a == b or a.startswith(f"{b}/") or b.startswith(f"{a}/") for a in places for b in taken)
        if places and not clash:
            taken |= places
            chosen.append(finding)
    return chosen


def _worse(before: Sequence[Finding], after: Sequence[Finding]) -> bool:
    """Whether anything is found that was not found before."""
    return bool(Counter(f.code for f in after) - Counter(f.code for f in before))


def fix(raw: bytes, file: str, wanted: Callable[[Finding], bool] = lambda finding: True) -> Fixed | None:
    """The record with all that can be safely fixed; None where its shape is wrong, as nobody knows what was meant.

    Args:
        wanted: which findings to mend. Where there is none, canonical form alone is made.
    """
    record, findings = check_source(raw, file)
    if record is None or any(f.code.startswith("FIL") for f in findings):
        return None
    first = findings
    content = canonical_json.canonical(record)
    given_up: set[tuple[str, str | None]] = set()
    for _ in range(_ROUNDS):
        chosen = _chosen([f for f in findings if (f.code, f.pointer) not in given_up and wanted(f)])
        if not chosen:
            break
        after = _try(content, chosen, findings, file)
        if after is None:  # one of them makes something worse: one by one, then
            refused = set()
            for finding in chosen:
                single = _try(content, [finding], findings, file)
                if single is None:
                    refused.add((finding.code, finding.pointer))
                else:
                    content, findings = single
            given_up = given_up | refused if len(refused) == len(chosen) else set()  # one may make room for another
            continue
        content, findings = after
    gone = Counter(_key(f) for f in first) - Counter(_key(f) for f in findings)
    applied = []
    for finding in first:
        if finding.edits and gone[_key(finding)] > 0:
            gone[_key(finding)] -= 1
            applied.append(finding)
    return Fixed(content, tuple(applied), tuple(findings))


def _key(finding: Finding) -> tuple[str, str | None, str | None]:
    return finding.code, finding.item, finding.pointer


def _try(
    content: bytes, chosen: Sequence[Finding], before: Sequence[Finding], file: str
) -> tuple[bytes, list[Finding]] | None:
    """The record with some findings' edits, and what is then found; None where that is worse."""
    try:
        value = apply(msgspec.json.decode(content), [p for f in chosen for p in f.edits])
    except (LookupError, ValueError, TypeError):  # edits of a plug-in's rule may lead nowhere
        return None
    record, findings = check_source(msgspec.json.encode(value), file)
    if record is None or _worse(before, findings):
        return None
    made = canonical_json.canonical(record)
    return (made, findings) if made != content else None
