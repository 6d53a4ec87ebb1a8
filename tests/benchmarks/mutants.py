"""How many random mutants of the rules and codecs the tests kill; prints those that survive, asserts nothing.

    pip install -e '.[mutants,test]' && python tests/benchmarks/mutants.py FOLDER [--number 500] [--seed 12] [--again]

FOLDER keeps a clone of what is committed, which tests reach which lines, and the verdicts, so a run that was broken off
goes on; `--again` pulls the commits made since and tries the survivors once more. Needs Unix (`fork`).

The mutants are cosmic-ray's. It runs the same tests for each, so drawing and choosing are done here: a place (operator
and position) is drawn, then one of its mutations; the tests that reach the mutated line run, those of the rule's own
code and those that reach the least first, until one fails or `BUDGETS` are spent. (mutmut chooses tests by coverage, but
leaves decorated functions and constants alone, and every rule is decorated.)
"""

import argparse
import ast
import contextlib
import difflib
import functools
import gc
import inspect
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGETS = (
    "checking/rules/**/*.py",
    "checking/document/*.py",
    "checking/fix.py",
    "labelstudio/codec/**/*.py",
    "labelstudio/foreign/*.py",
    "compare/merge.py",
    "marks/*.py",
    "migrate/*.py",
    "text/*.py",
    *(f"dataset/{name}.py" for name in ("nested", "rows", "standoff", "columns")),
)
BUDGETS = (40, 3.0), (2000, 10.0)
"""Tests, and their seconds as measured without a mutant, that are spent on one mutant: at first, and if it survived so."""
PATIENCE = 4
"""A mutant that takes this many times as long as its tests did, and half a minute, hangs: it is found."""


class Watch:
    """A pytest plugin: which test reached which line, and how long each took."""

    def __init__(self, coverage: Any) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.coverage.switch_context(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.failed.add(report.nodeid)


def cover(tree: Path, to: Path) -> None:
    """Run the tests once and write which reach which lines."""
    from coverage import Coverage

    os.chdir(tree)
    measured = Coverage(data_file=None, include=[f"{tree}/scripts/onrecord/*"])
    watch = Watch(measured)
    measured.start()
    pytest.main(["-q", "-n0", "-m", "not server", "-p", "no:cacheprovider"], plugins=[watch])
    measured.stop()
    data = measured.get_data()
    lines = {
        os.path.relpath(file, tree): {
            str(n): [t for t in tests if t and t not in watch.failed]
            for n, tests in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    to.write_text(json.dumps({"lines": lines, "seconds": watch.seconds, "failed": sorted(watch.failed)}), "utf-8")


def uninteresting(source: str) -> Iterator[tuple[int, int, int, int]]:
    """Ranges without behaviour, or whose mutants die as they are imported: annotations, type aliases, decorators' names."""
    for node in ast.walk(ast.parse(source)):
        found: list[ast.expr | None] = []
        if isinstance(node, ast.FunctionDef):
            arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            found = [node.returns, *(a.annotation for a in arguments)]
        elif isinstance(node, ast.AnnAssign):
            found = [node.annotation]
        elif (
            isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.BitOr)
        ):
            found = [node.value] if node.col_offset == 0 else []
        for part in found:
            if part is not None:
                yield part.lineno, part.col_offset, part.end_lineno or 0, part.end_col_offset or 0


def places(path: Path) -> dict[tuple[str, Any], list[tuple[str, int, int]]]:
    """(family of operators, position) → its mutations: operator, occurrence, line."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    source = path.read_text("utf-8")
    nodes = list(ast_nodes(get_ast(source)))
    dull = list(uninteresting(source))
    found: dict[tuple[str, Any], list[tuple[str, int, int]]] = defaultdict(list)
    for name in operator_names():
        if name.endswith(("RemoveDecorator", "VariableReplacer", "VariableInserter")):
            continue
        operator = get_operator(name)()
        family = name.partition("_")[0]
        for occurrence, (start, _) in enumerate(p for node in nodes for p in operator.mutation_positions(node)):
            if not any((a, b) <= start <= (c, d) for a, b, c, d in dull):
                found[family, start].append((name, occurrence, start[0]))
    return found


def drawn(tree: Path, number: int, seed: int) -> Iterator[dict[str, Any]]:
    """The mutants of a seed: the file, the line, and the lines before and after."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    package = tree / "scripts" / "onrecord"
    files = sorted({path for pattern in TARGETS for path in package.glob(pattern)})
    everything = [(path, mutations) for path in files for _, mutations in sorted(places(path).items())]
    chance = random.Random(seed)
    print(f"{len(everything)} places in {len(files)} files", flush=True)
    for path, mutations in chance.sample(everything, number):
        name, occurrence, line = chance.choice(mutations)
        source = path.read_text("utf-8")
        made = mutate_code(source, get_operator(name)(), occurrence)
        old, new = source.splitlines(), made.splitlines()
        blocks = [b for b in difflib.SequenceMatcher(None, old, new, False).get_opcodes() if b[0] != "equal"]
        if not blocks:
            continue
        first, last = blocks[0][1], blocks[-1][2]
        tail = len(new) - (len(old) - last)
        yield {
            "file": str(path.relative_to(tree)),
            "line": line,
            "at": first,
            "operator": name.partition("/")[2],
            "old": old[first:last],
            "new": new[first:tail],
        }


def mutated(source: str, mutant: dict[str, Any]) -> tuple[str, int] | None:
    """The source with the mutant's lines, and by how many lines they have moved; None if they are no more."""
    lines, old = source.splitlines(), mutant["old"]
    starts = [i for i in range(len(lines) - len(old) + 1) if lines[i : i + len(old)] == old]
    if not starts:
        return None
    at = min(starts, key=lambda i: abs(i - mutant["at"]))
    return "\n".join([*lines[:at], *mutant["new"], *lines[at + len(old) :]]) + "\n", at - mutant["at"]


@functools.cache
def scopes(path: Path) -> list[tuple[int, int, str]]:
    """First and last line of the functions of a module, with their source."""
    source = path.read_text("utf-8")
    lines, found = source.splitlines(), []
    for n in ast.walk(ast.parse(source)):
        if isinstance(n, ast.FunctionDef):
            first, last = min([n.lineno, *(d.lineno for d in n.decorator_list)]), n.end_lineno or 0
            found.append((first, last, "\n".join(lines[first - 1 : last])))
    return found


def reaching(tree: Path, mutant: dict[str, Any], facts: dict[str, Any], line: int) -> set[str]:
    """The tests that reach a line; of a line that runs as the module is imported, the lines that use its name, or all."""
    lines: dict[str, dict[str, list[str]]] = facts["lines"]
    own = lines.get(mutant["file"], {})
    if tests := set(own.get(str(line), ())):
        return tests
    path = tree / mutant["file"]
    if any(first < line <= last for first, last, _ in scopes(path)):
        return set(facts["seconds"]) if str(line) in own else set()
    names = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if node.lineno <= line <= (node.end_lineno or 0) and isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {t.id for t in targets if isinstance(t, ast.Name)}
    for _ in range(2):  # a constant of constants
        more = {
            t.id
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.Assign) and {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)} & names
            for t in node.targets
            if isinstance(t, ast.Name)
        }
        names |= more
    word = re.compile(rf"\b({'|'.join(map(re.escape, names)) or '(?!)'})\b")
    found: set[str] = set()
    for file, of in lines.items():
        text = (tree / file).read_text("utf-8").splitlines()
        for n, those in of.items():
            if int(n) <= len(text) and word.search(text[int(n) - 1]):
                found.update(those)
    return found or {t for tests in own.values() for t in tests}


def chosen(tree: Path, mutant: dict[str, Any], facts: dict[str, Any], line: int) -> list[tuple[list[str], float]]:
    """The tests to run, the most telling first, and their seconds: some, then more."""
    tests = reaching(tree, mutant, facts, line)
    around = [text for first, last, text in scopes(tree / mutant["file"]) if first <= line <= last]
    codes = re.findall(r"\b[A-Z]{3}\d{3}\b", " ".join(around) + " ".join(mutant["old"]))
    stem = Path(mutant["file"]).stem

    def order(test: str) -> tuple[bool, bool, int, float]:
        reach = facts["reach"].get(test, 0)
        return not any(code in test for code in codes), stem not in test, reach, facts["seconds"].get(test, 1)

    ordered = sorted(tests, key=order)
    found: list[tuple[list[str], float]] = []
    for most, budget in BUDGETS:
        picked: list[str] = []
        spent = 0.0
        for test in ordered:
            seconds = facts["seconds"].get(test, 1)
            if not picked or (len(picked) < most and spent + seconds <= budget):
                picked.append(test)
                spent += seconds
        if picked:
            found.append((picked, spent))
        ordered = [test for test in ordered if test not in set(picked)]
    return found


def codes_of(code: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
    """The functions within compiled source, those within functions left out, as they go with the outer ones."""
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield (part.co_qualname, part.co_firstlineno), part
            if not part.co_flags & inspect.CO_OPTIMIZED:  # the body of a class
                yield from codes_of(part)


def bare(code: CodeType) -> tuple[Any, ...]:
    """What a module or the body of a class does itself."""
    own = [bare(c) if isinstance(c, CodeType) and not c.co_flags & inspect.CO_OPTIMIZED else c for c in code.co_consts]
    return code.co_code, code.co_names, [c for c in own if not isinstance(c, CodeType)]


def swapped(path: Path, source: str, made: str) -> bool:
    """Give the functions of a module that is imported their mutated code; not where more than functions are mutated."""
    old, new = (compile(text, str(path), "exec") for text in (source, made))
    if bare(old) != bare(new):
        return False
    codes = {key: code for (key, code), (_, before) in zip(codes_of(new), codes_of(old), strict=True) if code != before}
    hit = False
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename == str(path):
            code = codes.get((thing.__code__.co_qualname, thing.__code__.co_firstlineno))
            if code is not None:
                thing.__code__ = code
                hit = True
        elif isinstance(thing, functools._lru_cache_wrapper) and re.match(
            r"onrecord\.(?!store|catalogue)", thing.__module__
        ):
            thing.cache_clear()
    return hit


class Loop:
    """A pytest plugin: runs chosen tests of what is collected, once for each mutant, each time in a fork."""

    def __init__(self, work: Callable[["Loop"], None]) -> None:
        self.work = work
        self.items: dict[str, pytest.Item] = {}
        self.failed = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.work(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    def run(self, tests: list[str], patience: float, mutate: Callable[[], bool]) -> str:
        """`killed`, `survived`, `hangs`, or `module` if the mutation is not in a function."""

        def child() -> int:
            if not mutate():
                return 4
            chosen = [self.items[test] for test in tests if test in self.items]
            for item, after in zip(chosen, [*chosen[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if self.failed:
                    return 1
            return 0

        return forked(child, patience)


def run(tree: Path, tests: list[str], patience: float) -> str:
    """`killed`, `survived` or `hangs`: the tests in a fresh process, with the tree's package."""
    path = os.pathsep.join((str(tree / "scripts"), os.environ.get("PYTHONPATH", "")))
    environment = os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    found = forked(lambda: os.execve(sys.executable, command, environment), patience)
    return "killed" if found == "module" else found  # pytest's own code for what it can't begin


def forked(work: Callable[[], int], patience: float) -> str:
    child = os.fork()
    if not child:
        os.setsid()
        silent = os.open(os.devnull, os.O_RDWR)
        for n in (0, 1, 2):
            os.dup2(silent, n)
        code = 3
        with contextlib.suppress(BaseException):
            code = work()
        os._exit(code)
    until = time.monotonic() + patience
    try:
        while time.monotonic() < until:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return {0: "survived", 4: "module"}.get(os.waitstatus_to_exitcode(status), "killed")
            time.sleep(0.02)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hangs"


def verdict(tree: Path, mutant: dict[str, Any], facts: dict[str, Any], loop: Loop) -> dict[str, Any]:
    path = tree / mutant["file"]
    source, stat = path.read_text("utf-8"), path.stat()
    made = mutated(source, mutant)
    if made is None:
        return mutant | {"verdict": "gone"}
    rounds = chosen(tree, mutant, facts, mutant["line"] + made[1])
    if not rounds:
        return mutant | {"verdict": "unreached", "tests": 0}
    started = time.monotonic()
    mutate = functools.partial(swapped, path, source, made[0])
    try:
        path.write_text(made[0], "utf-8")
        os.utime(path, (1, 1))  # no compiled file has this time
        at_import = not facts["lines"].get(mutant["file"], {}).get(str(mutant["line"] + made[1]))
        for tests, seconds in rounds:
            found = "module" if at_import else loop.run(tests, 30 + PATIENCE * seconds, mutate)
            if found == "module":
                found = run(tree, tests, 30 + PATIENCE * seconds)
            if found != "survived":
                break
    finally:
        path.write_text(source, "utf-8")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    took = round(time.monotonic() - started, 1)
    return mutant | {"verdict": found, "tests": sum(len(tests) for tests, _ in rounds), "seconds": took}


def report(done: list[dict[str, Any]]) -> None:
    counts = Counter(d["verdict"] for d in done)
    for d in done:
        if d["verdict"] in ("survived", "unreached"):
            print(f"{d['file']}:{d['line']} {d['operator']} ({d['verdict']}, {d['tests']} tests)")
            print("".join(f"    - {x.strip()}\n" for x in d["old"]) + "".join(f"    + {x.strip()}\n" for x in d["new"]))
    killed = counts["killed"] + counts["hangs"]
    print(f"{killed} of {len(done)} killed ({100 * killed / max(1, len(done)):.1f} %): {dict(counts)}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--number", type=int, default=500)
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    tree, reached = options.folder.resolve() / "tree", options.folder / "reached.json"
    ledger = options.folder.resolve() / "verdicts.jsonl"
    if options.report:
        latest = {(d["file"], d["at"], *d["new"]): d for d in map(json.loads, ledger.read_text().splitlines())}
        return report(list(latest.values()))
    if not tree.exists():
        subprocess.run(["git", "clone", "-q", str(ROOT), str(tree)], check=True)
    if options.again:
        subprocess.run(["git", "-C", str(tree), "pull", "-q"], check=True)
    if options.again or not reached.exists():
        command = [sys.executable, __file__, "--cover", str(tree), str(reached.resolve())]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tree / "scripts"), os.environ.get("PYTHONPATH", "")])})  # fmt: skip
    subprocess.run(["git", "-C", str(tree), "checkout", "-q", "."], check=True)  # a run that was killed left a mutant
    facts = json.loads(reached.read_text("utf-8"))
    facts["reach"] = Counter(test for of in facts["lines"].values() for tests in of.values() for test in tests)
    drawn_file = options.folder / "drawn.json"
    if not drawn_file.exists():
        drawn_file.write_text(json.dumps(list(drawn(tree, options.number, options.seed))), "utf-8")
    mutants = json.loads(drawn_file.read_text("utf-8"))
    known = [json.loads(line) for line in ledger.read_text("utf-8").splitlines()] if ledger.exists() else []
    latest = {(d["file"], d["at"], *d["new"]): d["verdict"] for d in known}

    def work(loop: Loop) -> None:
        with ledger.open("a", encoding="utf-8") as out:
            for n, mutant in enumerate(mutants):
                before = latest.get((mutant["file"], mutant["at"], *mutant["new"]))
                if before is None or (options.again and before in ("survived", "unreached")):
                    made = verdict(tree, mutant, facts, loop)
                    out.write(json.dumps(made) + "\n")
                    out.flush()
                    told = [made["verdict"], made["file"], made["line"], made["operator"], made.get("seconds")]
                    print(n, *told, file=log, flush=True)

    with open(os.dup(1), "w") as log:
        os.chdir(tree)
        sys.path[:0] = [str(tree / "scripts")]
        os.environ["PYTHONPATH"] = os.pathsep.join((str(tree / "scripts"), os.environ.get("PYTHONPATH", "")))
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        sys.dont_write_bytecode = True
        pytest.main(["-q", "-n0", "-m", "not server", "-p", "no:cacheprovider"], plugins=[Loop(work)])
    return None


if __name__ == "__main__":
    if sys.argv[1:2] == ["--cover"]:
        cover(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
