"""A folder is put in another's place whole or not at all, whatever stops it."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from building.test_unbuild import tree
from helpers import ROOT
from onrecord.building.building import build
from onrecord.cli import app
from onrecord.files.writing import replacing_folder
from onrecord.model import specification


def failing(folder: Path) -> None:
    with replacing_folder(folder):
        raise ZeroDivisionError


def test_killed_by_force(tmp_path: Path) -> None:
    """Nothing can be cleared away then; the next build does it, whatever moment it was, and touches nobody else's."""
    (tmp_path / "corpus" / "records").mkdir(parents=True)
    (tmp_path / "corpus" / "records" / "example.json").write_bytes(specification.schema_bytes("record.example.json"))
    out = tmp_path / "out"
    build(tmp_path / "corpus", out, tasks=False, proof=False)
    before = tree(out)
    kill = (
        "import os, pathlib, shutil, signal, sys\n"
        "from onrecord.files import writing\n"
        "def die(*rest, **how): os.kill(os.getpid(), signal.SIGKILL)\n"
        "real, calls = os.replace, []\n"
        "def replace(*paths):\n"
        "    if len(calls) == int(sys.argv[2]): die()\n"
        "    calls.append(paths)\n"
        "    real(*paths)\n"
        "os.replace, shutil.rmtree = replace, die\n"
        "with writing.replacing_folder(pathlib.Path(sys.argv[1])) as beside: (beside / 'half').touch()\n"
    )
    (tmp_path / ".out.settings").mkdir()
    (tmp_path / "outer").mkdir()
    kept = {"corpus", ".out.settings", "outer"}
    for moment, there in enumerate(("old", None, "new")):
        done = subprocess.run([sys.executable, "-c", kill, str(out), str(moment)], check=False)
        assert done.returncode == -signal.SIGKILL
        assert out.exists() == (there is not None)
        assert {p.name for p in tmp_path.iterdir()} - kept - {"out"}, "something lies about"
        if there == "new":
            assert tree(out) == {"half": b""}
            shutil.rmtree(out)
        with replacing_folder(tmp_path / "outer"):
            assert {p.name for p in tmp_path.iterdir() if ".out." in p.name} > {".out.settings"}, "not of this folder"
        if there is None:
            with pytest.raises(ZeroDivisionError):
                failing(out)
            assert tree(out) == before, "the old one is back"
        build(tmp_path / "corpus", out, tasks=False, proof=False)
        assert tree(out) == before
        assert {p.name for p in tmp_path.iterdir()} == kept | {"out"}


def test_two_at_once(tmp_path: Path) -> None:
    """Neither takes the other's half-made folder for one left behind."""
    with replacing_folder(tmp_path / "out") as one:
        (one / "one").touch()
        with replacing_folder(tmp_path / "out") as other:
            (other / "other").touch()
    assert tree(tmp_path) == {"out/one": b""}


def test_links_that_lead_round(tmp_path: Path) -> None:
    corpus = ROOT / "corpus"
    folder = tmp_path / "dataset" / "records"
    folder.mkdir(parents=True)
    (folder / "train-00000-of-00001.parquet").touch()
    (tmp_path / "loop").symlink_to("loop")
    for command in (["build", str(corpus)], ["unbuild", str(folder.parent)]):
        result = CliRunner().invoke(app, [*command, "-o", str(tmp_path / "loop")])
        assert result.exit_code == 2
        assert "leads nowhere" in result.output
    with pytest.raises(ValueError, match="leads nowhere"):
        build(corpus, tmp_path / "loop")
