"""The notebooks say what there is to record, and only that is recorded."""

import json
from importlib import import_module

import pytest

from lessons_lib import run
from lessons_lib.record import SEEDS, explorers, main, runs_path, stale
from lessons_lib.recorded import load_sweep

NAMED = """
from lessons_lib import Control, Experiment, Explorer

Explorer(
    Experiment(train_size=20, batch_size=10, hidden_units=(2,), epochs=1),
    controls=[Control("learning_rate", (0.1, 1.0), scale="log")],
    name="rates",
)
"""
UNNAMED = NAMED.replace('name="rates"', "seeds=2")
ASSIGNED = NAMED.replace("Explorer(\n", "panel = Explorer(\n")


def cell(source, *tags, kind="code"):
    return {
        "cell_type": kind,
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source.splitlines(keepends=True),
    }


@pytest.fixture
def write(tmp_path):
    def write(*cells):
        path = tmp_path / "chapter.ipynb"
        path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
        return path

    return write


@pytest.fixture
def runs(monkeypatch):
    """Collects what is trained, here and not in other processes."""
    trained = []

    def counted(experiment):
        trained.append(experiment)
        return run(experiment)

    module = import_module("lessons_lib.sweep")
    monkeypatch.setattr(module, "run", counted)
    return trained


@pytest.mark.parametrize("source", [NAMED, ASSIGNED], ids=["shown", "kept"])
def test_an_explorer_is_found_in_a_tagged_cell(source, write):
    (found,) = explorers(write(cell(source, "explorer")))

    assert found.name == "rates"
    assert found.controls[0].values == (0.1, 1.0)


def test_cells_without_the_tag_are_not_run(write):
    notebook = write(
        cell("raise RuntimeError"),
        cell("raise RuntimeError", "solution"),
        cell("# Title", kind="markdown"),
        cell(NAMED, "explorer"),
        cell(UNNAMED, "explorer", "hide-input"),
    )

    assert [e.name for e in explorers(notebook)] == ["rates", None]


def test_finding_explorers_trains_nothing(write, runs, monkeypatch):
    def fail(*_):
        raise AssertionError("trained")

    monkeypatch.setattr(import_module("lessons_lib.engine"), "train", fail)
    monkeypatch.setattr(import_module("lessons_lib.live"), "train", fail)

    assert list(explorers(write(cell(NAMED, "explorer"))))


@pytest.mark.parametrize("source", ["1 + 1", "x = 1", "", "# nothing"])
def test_a_tagged_cell_without_an_explorer_is_named(source, write):
    notebook = write(
        cell("# Title", kind="markdown"), cell(source, "explorer")
    )

    with pytest.raises(ValueError, match=r"chapter\.ipynb cell 1 .*Explorer"):
        list(explorers(notebook))


def test_an_explorers_runs_lie_beside_its_notebook(write, tmp_path):
    notebook = write(cell(NAMED, "explorer"))
    (found,) = explorers(notebook)

    path = runs_path(notebook, found)

    assert path == tmp_path / "runs" / "rates.json"


@pytest.fixture
def recorded(write, tmp_path, capsys):
    """A folder whose one explorer is recorded."""
    notebook = write(cell(NAMED, "explorer"), cell(UNNAMED, "explorer"))
    assert main([str(tmp_path), "--jobs=1"]) == 0
    return notebook


def test_main_records_what_is_named(recorded, capsys):
    (found, _) = explorers(recorded)

    result = load_sweep(runs_path(recorded, found))

    assert result.seeds == tuple(range(SEEDS))
    assert len(result.document["settings"]) == 2
    assert stale(runs_path(recorded, found), found) == ""
    assert [p.name for p in runs_path(recorded, found).parent.iterdir()] == [
        "rates.json"
    ]


def test_main_says_why_it_records(write, tmp_path, capsys):
    write(cell(NAMED, "explorer"))

    main([str(tmp_path), "--jobs=1"])

    said = capsys.readouterr()
    assert "rates: There is no recorded sweep" in said.out
    assert "2/2" in said.err


def test_what_is_fresh_is_not_recorded_again(recorded, runs, capsys):
    capsys.readouterr()

    main([str(recorded.parent), "--jobs=1"])

    assert not runs
    assert capsys.readouterr().out == ""


def test_what_is_asked_for_is_recorded_again(recorded, runs):
    main([str(recorded.parent), "--only=rates", "--jobs=1"])

    assert len(runs) == 2 * SEEDS


def test_asking_for_what_is_not_there_fails(recorded, runs, capsys):
    with pytest.raises(SystemExit):
        main([str(recorded.parent), "--only=rate", "--jobs=1"])

    assert "no explorer is named 'rate'" in capsys.readouterr().err
    assert not runs


@pytest.mark.parametrize(
    "change",
    [
        ("0.1, 1.0", "0.1, 3.0"),
        ("epochs=1", "epochs=2"),
        ("(0.1, 1.0)", "(0.01, 0.1)"),
    ],
)
def test_another_experiment_or_grid_is_stale(change, recorded, write):
    notebook = write(cell(NAMED.replace(*change), "explorer"))
    (found,) = explorers(notebook)

    why = stale(runs_path(notebook, found), found)

    assert "recorded for another experiment or grid" in why


def test_a_broken_file_is_stale(recorded):
    found = next(explorers(recorded))
    runs_path(recorded, found).write_text("{")

    assert "must hold JSON" in stale(runs_path(recorded, found), found)
