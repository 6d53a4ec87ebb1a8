"""What a finding is known by in a later run."""

import hashlib
import json
import re

from ...findings.finding import Finding
from .base import relative

VERSION = "1"

_INDEX = re.compile(r"/(?:\d+|-)(?=/|$)")


def fingerprint(finding: Finding) -> str:
    """32 hexadecimal digits that stay the same when text before the place shifts or other items come and go.

    They are of the record's id (of a file that is no record: its path), the code, the innermost item's id, the pointer
    without indices, and the marked words. Two findings of one code about the same words of one item have one
    fingerprint; whoever compares runs counts them.
    """
    parts = [
        VERSION,
        finding.record if finding.record is not None else [relative(finding.file) or finding.file],
        finding.code,
        finding.item,
        None if finding.pointer is None else _INDEX.sub("/*", finding.pointer),
        finding.excerpt.marked if finding.excerpt else None,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
