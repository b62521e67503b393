"""Accidents of a sweep: what was finished is kept through all of them."""

import os
import pathlib
import signal
import subprocess
import sys

import pytest
from sweep_cases import ASKED, GRID, RATES, SIZES, TINY

from lessons_lib.journal import Journal
from lessons_lib.recorded import load_sweep
from lessons_lib.sweep import sweep


def test_a_failing_write_leaves_the_old_file(tmp_path, monkeypatch, runs):
    path = tmp_path / "rates.json"
    path.write_text("old")
    write_text = pathlib.Path.write_text

    def fail(self, text, **options):
        if "partial" not in self.name:
            write_text(self, text[:10], **options)
            raise OSError("disk full")
        return write_text(self, text, **options)

    with monkeypatch.context() as patch:
        patch.setattr(pathlib.Path, "write_text", fail)
        with pytest.raises(OSError, match="disk full"):
            sweep(TINY, GRID, path=path, **ASKED)
    assert path.read_text() == "old"
    runs.clear()

    sweep(TINY, GRID, path=path, **ASKED)

    assert not runs  # every setting was kept
    assert len(load_sweep(path).document["settings"]) == 4


def test_the_old_file_is_replaced_and_never_written_into(tmp_path):
    path = tmp_path / "rates.json"
    path.write_text("old")

    with path.open() as old:
        sweep(TINY, [RATES], path=path, **ASKED)

        assert old.read() == "old"
    assert load_sweep(path).controls == (RATES,)


@pytest.mark.parametrize("path", ["file/rates.json", "folder"])
def test_a_path_that_cannot_be_written_is_refused_at_once(
    path, tmp_path, runs
):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()

    with pytest.raises(OSError, match=path.split("/")[0]):
        sweep(TINY, GRID, path=tmp_path / path, **ASKED)

    assert not runs


KILLED = f"""
import os, signal
from importlib import import_module
from lessons_lib import Experiment
from lessons_lib.controls import Control
module = import_module("lessons_lib.sweep")
count, run = 0, module.run
def killed_in_the_sixth_run(experiment):
    global count
    count += 1
    if count == 6:
        os.kill(os.getpid(), signal.SIGKILL)
    return run(experiment)
module.run = killed_in_the_sixth_run
grid = [{RATES!r}, {SIZES!r}]
module.sweep({TINY!r}, grid, path="rates.json", **{ASKED!r})
"""


def test_a_killed_sweep_goes_on_where_it_stopped(tmp_path, runs, recorded):
    root = os.path.dirname(os.path.dirname(__file__))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    path = tmp_path / "rates.json"
    assert not path.exists()

    result = sweep(TINY, GRID, path=path, **ASKED)

    # Two settings of two seeds were finished; the third was in flight.
    assert [e.learning_rate for e in runs] == [0.1] * 4
    assert result.document["settings"] == recorded.document["settings"]


@pytest.fixture
def journal(tmp_path, monkeypatch):
    """The journal of a sweep that was stopped before its file was written."""
    path = tmp_path / "rates.json"
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "finish", lambda *_: None)
        sweep(TINY, GRID, path=path, **ASKED)
    return tmp_path / "rates.json.partial"


def test_a_torn_line_is_run_again(journal, runs, recorded):
    text = journal.read_text()
    journal.write_text(text[: -len(text.splitlines()[-1]) // 2])

    result = sweep(TINY, GRID, path=journal.with_suffix(""), **ASKED)

    assert len(runs) == 2  # the seeds of one setting
    assert result.document["settings"] == recorded.document["settings"]


@pytest.mark.parametrize("junk", [b"", b"junk\n", b"\xff\xfe\n"])
def test_a_journal_of_something_else_is_started_anew(junk, journal, runs):
    journal.write_bytes(junk)

    sweep(TINY, GRID, path=journal.with_suffix(""), **ASKED)

    assert len(runs) == 8


def test_a_journal_of_another_sweep_is_not_used(journal, runs):
    other = TINY.replace(momentum=0.5)

    sweep(other, GRID, path=journal.with_suffix(""), **ASKED)

    assert len(runs) == 8
