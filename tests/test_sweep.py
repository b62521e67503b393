"""Sweeps: the same runs wherever they run, kept through every accident."""

import json
import os
import pathlib
import signal
import subprocess
import sys
from datetime import date
from importlib import import_module

import joblib
import keras
import numpy as np
import pytest
from page_schema import problems

from lessons_lib import Experiment, run
from lessons_lib import recorded as recorded_module
from lessons_lib.controls import Control
from lessons_lib.document import fingerprint
from lessons_lib.journal import Journal
from lessons_lib.recorded import Sweep, SweepError, load_sweep
from lessons_lib.sweep import sweep

# `lessons_lib.sweep` is the function, which hides the module of that name.
MODULE = import_module("lessons_lib.sweep")

TINY = Experiment(
    train_size=40, hidden_units=(4,), epochs=2, batch_size=20, seed=3
)
RATES = Control("learning_rate", (0.01, 0.1), scale="log")
SIZES = Control("batch_size", (10, 20), scale="log")
GRID = [RATES, SIZES]
BREAKS = Control("learning_rate", (0.1, 1e30), scale="log")
ASKED = {"seeds": 2, "progress": False}


@pytest.fixture(scope="module")
def recorded() -> Sweep:
    return sweep(TINY, GRID, **ASKED)


@pytest.fixture
def runs(monkeypatch):
    """Collects what is trained."""
    trained = []

    def counted(experiment):
        trained.append(experiment)
        return run(experiment)

    monkeypatch.setattr(MODULE, "run", counted)
    return trained


def plain(document):
    """Returns the document as it is read from a file."""
    return json.loads(json.dumps(document))


# --- the grid ---------------------------------------------------------------


def test_each_setting_holds_the_rounded_runs_of_its_seeds(recorded):
    settings = iter(recorded.document["settings"])
    for rate in RATES.values:
        for size in SIZES.values:  # the last control varies fastest
            curves = next(settings)["curves"]
            at = TINY.replace(learning_rate=rate, batch_size=size)
            for i, seed in enumerate((3, 4)):
                history = run(at.replace(seed=seed)).history
                assert curves.keys() == history.keys()
                for name in history:
                    expected = [float(f"{v:.4g}") for v in history[name]]
                    assert curves[name][i] == expected


def test_setting_finds_a_grid_point(recorded):
    settings = recorded.document["settings"]

    assert recorded.setting() is settings[3]
    assert recorded.setting(learning_rate=0.01) is settings[1]
    assert recorded.setting(batch_size=10) is settings[2]
    assert recorded.setting(learning_rate=0.01, batch_size=10) is settings[0]


def test_curves_are_an_array_of_seeds_and_epochs(recorded):
    curves = recorded.curves("val_loss", batch_size=10)

    assert curves.shape == (2, 2)
    stored = recorded.setting(batch_size=10)["curves"]["val_loss"]
    np.testing.assert_array_equal(curves, stored)


def test_finals_are_the_last_values_along_a_control(recorded):
    finals = recorded.finals("val_loss", over="learning_rate", batch_size=10)

    expected = [
        recorded.curves("val_loss", learning_rate=rate, batch_size=10)[:, -1]
        for rate in RATES.values
    ]
    np.testing.assert_array_equal(finals, expected)


@pytest.mark.parametrize("epochs", [1, 4])
def test_diverged_runs_are_nan(epochs):
    experiment = TINY.replace(epochs=epochs)

    result = sweep(experiment, [BREAKS], **ASKED)

    end = result.setting(learning_rate=1e30)["diverged"]
    assert end == [1, 1]
    assert result.curves("loss", learning_rate=1e30).shape == (2, epochs)
    for metric in ("loss", "val_accuracy"):
        finals = result.finals(metric, over="learning_rate")
        assert np.isfinite(finals[0]).all()
        assert np.isnan(finals[1]).all()


def test_epochs_can_be_a_control():
    result = sweep(TINY, [Control("epochs", (1, 2, 4))], **ASKED)

    assert result.curves("loss", epochs=4).shape == (2, 4)
    assert result.finals("loss", over="epochs").shape == (3, 2)


def test_unknown_names_are_refused(recorded):
    with pytest.raises(ValueError, match=r"learning_rate, batch_size.*'lr'"):
        recorded.setting(lr=0.1)
    with pytest.raises(ValueError, match=r"`batch_size` must be .*=32"):
        recorded.setting(batch_size=32)


@pytest.mark.parametrize("seeds", [0, -1, 1.5, True, "2"])
def test_seeds_must_be_positive(seeds, runs):
    with pytest.raises(ValueError, match="`seeds` must be a positive int"):
        sweep(TINY, GRID, seeds=seeds)

    assert not runs


def test_a_combination_that_cannot_run_is_refused_at_once(runs):
    sizes = Control("train_size", (10, 40))

    with pytest.raises(ValueError, match=r"`batch_size` .* from 1 to 10"):
        sweep(TINY.replace(batch_size=10), [sizes, SIZES], **ASKED)

    assert not runs


# --- the document -----------------------------------------------------------


def test_the_document_follows_the_schema(recorded):
    assert problems(plain(recorded.document), "runs") == []


@pytest.mark.parametrize(
    ("dataset", "view"), [("moons", "boundary"), ("sine", "fit")]
)
def test_views_follow_the_schema(dataset, view):
    experiment = TINY.replace(dataset=dataset)

    result = sweep(experiment, [SIZES], views=(view,), **ASKED)

    assert problems(plain(result.document), "runs") == []
    assert all(view in s["views"] for s in result.document["settings"])


def test_a_diverged_run_has_no_view():
    experiment = TINY.replace(dataset="moons")

    result = sweep(experiment, [BREAKS], views=("boundary",), **ASKED)

    assert result.setting(learning_rate=1e30)["views"] == {}
    assert problems(plain(result.document), "runs") == []


def test_a_baseline_may_diverge():
    experiment = TINY.replace(learning_rate=1e30)

    result = sweep(experiment, [BREAKS], **ASKED)

    assert result.setting()["status"] == "diverged"
    assert problems(plain(result.document), "runs") == []


def test_provenance_says_where_the_runs_come_from(recorded):
    provenance = recorded.document["provenance"]

    assert provenance["keras"] == keras.__version__
    assert provenance["numpy"] == np.__version__
    assert provenance["recorded"] == date.today().isoformat()
    assert provenance["fingerprint"] == fingerprint(TINY, tuple(GRID), 2)
    assert recorded.document["dataset"]["n_train"] == 40


@pytest.mark.parametrize(
    "changed",
    [
        {"experiment": TINY.replace(momentum=0.5)},
        {"experiment": TINY.replace(seed=4)},
        {"controls": (SIZES, RATES)},
        {"controls": (RATES,)},
        {"controls": (RATES, Control("batch_size", (10, 40)))},
        {"seeds": 3},
        {"views": ("boundary",)},
    ],
    ids=str,
)
def test_what_is_run_changes_the_fingerprint(changed):
    asked = {"experiment": TINY, "controls": tuple(GRID), "seeds": 2}

    assert fingerprint(**asked) != fingerprint(**{**asked, **changed})


def test_words_do_not_change_the_fingerprint():
    words = {"label": "rate", "symbol": "η", "help": "A.", "texts": ("a", "b")}
    renamed = Control("learning_rate", RATES.values, scale="log", **words)

    assert fingerprint(TINY, (renamed,), 2) == fingerprint(TINY, (RATES,), 2)


# --- files ------------------------------------------------------------------


def test_a_saved_sweep_is_loaded_whole(recorded, tmp_path):
    path = tmp_path / "new" / "rates.json"
    saved = sweep(TINY, GRID, path=path, **ASKED)

    loaded = load_sweep(path)

    assert loaded.document == plain(saved.document)
    assert loaded.document["name"] == "rates"
    assert loaded.document["settings"] == recorded.document["settings"]
    assert (loaded.experiment, loaded.seeds) == (TINY, (3, 4))
    assert loaded.controls == tuple(GRID)
    assert os.listdir(path.parent) == ["rates.json"]


def test_controls_over_layers_are_loaded():
    layers = Control("hidden_units", ((), (4,)), scale="choice")
    saved = sweep(TINY, [layers], **ASKED).document

    values = recorded_module._control(plain(saved["controls"])[0]).values

    assert values == layers.values


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (None, "There is no recorded sweep"),
        ("", "must hold JSON"),
        ('{"format": 1', "must hold JSON"),
        ("[]", "does not hold a recorded sweep"),
        ('"text"', "does not hold a recorded sweep"),
        ({"format": 2}, "must have format 1.*format=2"),
        ({"settings": []}, "must hold 4 settings. Received: 0"),
        ({"experiment": []}, "does not hold a recorded sweep"),
        ({"experiment": {"epochs": 0}}, "sweep: .*`epochs` must be"),
        ({"experiment": {"lr": 1}}, "sweep: .*'lr'"),
        ({"controls": [{}]}, "does not hold a recorded sweep"),
        ({"seeds": None}, "does not hold a recorded sweep"),
    ],
    ids=str,
)
def test_a_file_that_is_no_sweep_says_what_to_do(
    change, message, recorded, tmp_path
):
    path = tmp_path / "rates.json"
    if isinstance(change, dict):
        change = json.dumps({**recorded.document, **change})
    if change is not None:
        path.write_text(change, encoding="utf-8")

    with pytest.raises(SweepError, match=message) as error:
        load_sweep(path)

    assert str(path) in str(error.value)
    assert "make sweeps" in str(error.value)


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


# --- accidents --------------------------------------------------------------

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


# --- engines ----------------------------------------------------------------


def test_two_processes_record_the_same(recorded):
    with joblib.parallel_config(backend="loky", n_jobs=2):
        parallel = sweep(TINY, GRID, **ASKED)

    assert parallel.document == recorded.document


def test_a_dask_cluster_records_the_same(recorded, tmp_path):
    distributed = pytest.importorskip("distributed")
    cluster = distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        local_directory=tmp_path,
    )
    with (
        cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        result = sweep(TINY, GRID, **ASKED)

    assert result.document == recorded.document


# --- words and axes ---------------------------------------------------------


def test_refresh_takes_new_words_and_keeps_the_runs(tmp_path):
    path = tmp_path / "rates.json"
    sweep(TINY, GRID, path=path, **ASKED)
    before = json.loads(path.read_text(encoding="utf-8"))
    renamed = Control("learning_rate", RATES.values, label="pace", scale="log")

    changed = MODULE.refresh(path, TINY, (renamed, SIZES))

    after = json.loads(path.read_text(encoding="utf-8"))
    assert changed
    assert after["controls"][0]["label"] == "pace"
    assert after["settings"] == before["settings"]
    assert after["provenance"] == before["provenance"]


def test_refresh_judges_anew(tmp_path):
    path = tmp_path / "rates.json"
    sweep(TINY, GRID, path=path, **ASKED)
    document = json.loads(path.read_text(encoding="utf-8"))
    verdict = document["settings"][2]["verdict"]
    document["settings"][2]["verdict"] = "Something else."
    path.write_text(json.dumps(document), encoding="utf-8")

    assert MODULE.refresh(path, TINY, (RATES, SIZES))
    assert load_sweep(path).document["settings"][2]["verdict"] == verdict


def test_refresh_leaves_what_is_as_it_should_be(tmp_path):
    path = tmp_path / "rates.json"
    sweep(TINY, GRID, path=path, **ASKED)
    written = path.stat().st_mtime_ns

    assert not MODULE.refresh(path, TINY, (RATES, SIZES))
    assert path.stat().st_mtime_ns == written


def test_the_loss_axis_holds_the_lowest_curve():
    base = Experiment(
        dataset="sparse_linear", hidden_units=(), epochs=30, learning_rate=1e-5
    )
    rates = Control("learning_rate", (1e-5, 0.05), scale="log")

    found = sweep(base, [rates], **ASKED)

    low, high = found.document["metrics"][0]["limits"]
    assert low < np.median(found.curves("loss", learning_rate=0.05)[:, -1])
    assert high > found.curves("loss").max()
