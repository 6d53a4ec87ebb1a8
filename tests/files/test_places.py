"""A finding points into the file that it names: of `ingest`, `anchor`, `migrate` and `labelstudio import`."""

import json
import re
from pathlib import Path
from typing import Any

from msgspec.json import decode, encode
from typer.testing import CliRunner

import commands
from helpers import example
from onrecord.cli import app
from onrecord.files import canonical_json


def run(*args: Any, code: int) -> str:
    """What a command says on standard error, on one line a finding's head and a note."""
    return commands.run(*args, code=code).stderr


HEAD = re.compile(r"^(?P<file>\S+?)(?::(?P<line>\d+):(?P<column>\d+))?: (?P<code>[A-Z]{3}\d{3}) (?P<message>.*)$", re.M)


def places(told: str) -> list[tuple[str, str, int | None, int | None]]:
    """Code, file, line and column of each finding."""
    return [
        (m["code"], m["file"], int(m["line"]) if m["line"] else None, int(m["column"]) if m["column"] else None)
        for m in HEAD.finditer(told)
    ]


def true_places(told: str) -> None:
    """Every line and column that is told exists in its file."""
    for code, file, line, column in places(told):
        assert Path(file).is_file(), (code, file)
        if line is not None and column is not None:
            rows = Path(file).read_text("utf-8").split("\n")
            assert line <= len(rows), (code, file, line)
            assert column <= len(rows[line - 1]) + 1, (code, file, line, column)


ARTICLE = "Harbour closed\nThe harbour was closed on Friday. The town said “no ship” will sail\nMore at 11\x07 today\n"


def test_ingest_points_into_the_article(tmp_path: Path) -> None:
    article, out = tmp_path / "a.txt", tmp_path / "a.json"
    article.write_text(ARTICLE, "utf-8")
    told = run("ingest", article, "-o", out, code=0)
    assert ("TXT004", str(article), 3, 11) in places(told)
    true_places(told)
    told = run("ingest", article, code=0)  # to standard output: there is no file of the record
    assert {file for _, file, _, _ in places(told)} == {str(article)}
    true_places(told)
    assert "    at /" not in told


def test_ingest_of_what_has_no_place_names_the_record(tmp_path: Path) -> None:
    article, out = tmp_path / "a.txt", tmp_path / "a.json"
    article.write_text(ARTICLE, "utf-8")
    told = run("ingest", article, "-o", out, "--language", "english", code=0)
    (place,) = [p for p in places(told) if p[0] == "MET005"]
    assert place[1] == str(out)
    assert '"english"' in out.read_text("utf-8").split("\n")[(place[2] or 0) - 1]
    told = run("ingest", article, "--language", "english", code=0)
    assert ("MET005", str(article), None, None) in places(told)
    assert run("ingest", article, "-o", tmp_path / "b.json", "--language", "not a tag", code=1)
    told = run("ingest", article, "-o", tmp_path / "b.json", "--language", "not a tag", code=1)
    assert ("SCH005", str(article), None, None) in places(told)
    assert not (tmp_path / "b.json").exists()


def anchored(tmp_path: Path, marks: dict[str, Any], code: int) -> tuple[str, Path, Path]:
    article, draft, file = tmp_path / "a.txt", tmp_path / "a.json", tmp_path / "marks.json"
    article.write_text(ARTICLE.replace("\x07", ""), "utf-8")
    run("ingest", article, "-o", draft, "--language", "en", code=0)
    file.write_text(json.dumps(marks, indent=1), "utf-8")
    return run("anchor", draft, file, "-o", tmp_path / "b.json", code=code), file, draft


def line_of(file: Path, line: int | None) -> str:
    return file.read_text("utf-8").split("\n")[(line or 0) - 1]


def test_a_place_that_is_not_found_has_its_line(tmp_path: Path) -> None:
    marks = {"times": [{"id": "t1", "at": "[[Friday]]", "type": "DATE", "value": "XXXX-WXX-5", "basis": "stated"}]}
    marks["times"].append({**marks["times"][0], "id": "t2", "at": "[[Monday]]"})
    told, file, _ = anchored(tmp_path, marks, code=1)
    ((code, name, line, _),) = places(told)
    assert (code, name) == ("MRK002", str(file))
    assert "[[Monday]]" in line_of(file, line)


def test_words_that_stand_twice(tmp_path: Path) -> None:
    marks = {
        "entities": [{"id": "e1", "type": "FAC", "name": "harbour", "mentions": [{"at": "[[he]]", "kind": "nominal"}]}]
    }
    told, file, draft = anchored(tmp_path, marks, code=1)
    ((_, name, line, _),) = places(told)
    assert name == str(file)
    assert "[[he]]" in line_of(file, line)
    notes = re.findall(r"note: in line (\d+), column (\d+) of the article: (\S+)", told)
    assert [(int(a), int(b)) for a, b, _ in notes] == [(2, 2), (2, 36)]
    assert {c for _, _, c in notes} == {str(draft)}
    assert "| The harbour was closed" in told


def test_findings_of_anchor_point_into_the_marks_or_the_draft(tmp_path: Path) -> None:
    mentions = [{"at": "The [[town]] said", "kind": "name"}, {"at": "The [[harbour]] was", "kind": "pronoun"}]
    marks = {"entities": [{"id": "e1", "type": "FAC", "name": "Harbour", "mentions": mentions}]}
    told, file, draft = anchored(tmp_path, marks, code=0)
    by_code = {code: (name, line) for code, name, line, _ in places(told)}
    true_places(told)
    name, line = by_code["ENT011"]
    assert name == str(file)
    lines = [line for code, _, line, _ in places(told) if code == "ENT011"]
    assert any('"pronoun"' in line_of(file, n) for n in lines), (
        "it was put into text order, and stands second in the marks"
    )
    assert {name for name, _ in by_code.values()} <= {str(file), str(draft)}
    marks["entities"][0]["type"] = "PORT"
    told, file, _ = anchored(tmp_path, marks, code=1)
    ((code, name, line, _),) = places(told)
    assert (code, name) == ("SCH004", str(file))
    assert '"PORT"' in line_of(file, line)


def test_a_key_given_twice_in_the_marks(tmp_path: Path) -> None:
    draft, marks = tmp_path / "a.json", tmp_path / "m.json"
    draft.write_bytes(canonical_json.canonical(example()))
    marks.write_text('{"times": [],\n\n "times": []}')
    assert places(run("anchor", draft, marks, code=1)) == [("FIL005", str(marks), 3, 2)]
    marks.write_text('{"id": "a",\n "id": "b"}')
    assert places(run("migrate", marks, code=1)) == [("FIL005", str(marks), 2, 2)]


def test_migrate_points_into_the_text_of_what_it_does_not_write(tmp_path: Path) -> None:
    record, text = tmp_path / "r.json", tmp_path / "new.txt"
    record.write_bytes(canonical_json.canonical(example()))
    before = record.read_bytes()
    text.write_text(
        example()["text"].replace("Critics", "Some critics") + "\x00".replace("\x00", "Late\x08 words\n"), "utf-8"
    )
    told = run("migrate", record, "--text", text, "-o", tmp_path / "out.json", code=0)
    true_places(told)
    assert {file for _, file, _, _ in places(told)} <= {str(tmp_path / "out.json")}
    assert record.read_bytes() == before


def test_a_rejected_task_names_its_own_file(tmp_path: Path) -> None:
    from onrecord.labelstudio import to_task
    from onrecord.model.record import Record

    task = decode(encode(to_task(decode(encode(example()), type=Record))))
    task["data"].pop("record", None)
    value = decode(encode(task).replace(b'"Tuesday"', b'"Monday"'))
    (tmp_path / "export.json").write_bytes(encode([value]))
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["labelstudio", "import", str(tmp_path / "export.json"), "-o", str(out)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    true_places(result.stderr)
