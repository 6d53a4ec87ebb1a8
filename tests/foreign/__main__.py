"""How many findings each rule makes on real corpora: `python -m foreign FOLDER`, with PYTHONPATH=tests.

FOLDER holds `litbank/` and `gum-news/`; without it ONRECORD_CORPORA names it. `--show CODE [N]` prints findings.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from onrecord.checking.rules import RULES
from onrecord.checking.validate import check_source
from onrecord.files import canonical_json
from onrecord.findings.finding import Finding
from onrecord.model.record import Record

from . import LeftOut, annotations, gum, litbank

CORPORA: dict[str, Callable[[Path, LeftOut | None], Iterator[Record]]] = {
    "litbank": litbank.records,
    "gum-news": gum.records,
}

UNANNOTATED = {"litbank": {"EVT006", "EVT011", "MET014"}, "gum-news": {"MET014", "QUO029"}}
"""What these rules miss is no layer of the corpus (arguments, factuality, claims; speakers): they say nothing here."""


def findings(folder: Path, corpus: str, size: Counter[str], left_out: LeftOut) -> Iterator[tuple[Record, Finding]]:
    """A corpus's findings, each with the record it is about; `size` counts records and annotations."""
    for record in CORPORA[corpus](folder / corpus, left_out):
        size["records"] += 1
        size.update(annotations(record))
        for finding in check_source(canonical_json.canonical(record), f"{corpus}/{record.id}")[1]:
            yield record, finding


def show(finding: Finding) -> str:
    """A finding on two lines, with the words in their context."""
    place = finding.excerpt
    words = f"\n    {place.before}[[{place.marked}]]{place.after}" if place else ""
    return f"{finding.file} {finding.pointer}: {finding.message}{words}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="foreign", description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("ONRECORD_CORPORA"), type=Path)
    parser.add_argument("--show", nargs="+", metavar=("CODE", "N"), help="print N (20) findings of this code instead")
    given = parser.parse_args(arguments)
    if given.folder is None or not given.folder.is_dir():
        parser.error("name the folder of the corpora, or set ONRECORD_CORPORA")
    wanted, left = (given.show[0], int([*given.show, "20"][1])) if given.show else (None, 0)
    names = {r.code: (r.name, str(r.severity)) for r in RULES}
    counts: dict[str, Counter[str]] = {}
    hit: dict[str, set[tuple[str, str]]] = {}
    sizes: dict[str, Counter[str]] = {}
    for corpus in CORPORA:
        if not (given.folder / corpus).is_dir():
            continue
        size, left_out = sizes.setdefault(corpus, Counter()), LeftOut()
        counted = counts.setdefault(corpus, Counter())
        for record, finding in findings(given.folder, corpus, size, left_out):
            counted[finding.code] += 1
            hit.setdefault(finding.code, set()).add((corpus, record.id))
            names.setdefault(finding.code, (finding.name, finding.severity))
            if finding.code == wanted and left > 0:
                left -= 1
                print(show(finding))
        if wanted is None:
            print(f"{corpus}: " + ", ".join(f"{n} {what}" for what, n in size.items()))
            print("  left out: " + ", ".join(f"{what} {n}" for what, n in left_out.most_common() if n))
    if wanted is None:
        head = "".join(f"{c:>10} {'/1,000':>8} {'records':>8}" for c in sizes)
        print(f"\n{'code':<8}{'name':<36}{'severity':<9}{head}")
        for code, (name, severity) in sorted(names.items()):
            line = f"{code:<8}{name:<36}{severity:<9}"
            for corpus, size in sizes.items():
                found, whole = counts[corpus][code], size.total() - size["records"] - size["entities"]
                where = sum(c == corpus for c, _ in hit.get(code, ()))
                star = "*" if code in UNANNOTATED[corpus] else " "
                line += f"{found:>10}{star}{1000 * found / max(whole, 1):>8.2f} {where:>8}"
            print(line)
        print("* the corpus has no such layer")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
