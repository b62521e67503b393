"""Sweeps: the same runs wherever they run, over a grid and seeds."""

import json

import joblib
import numpy as np
import pytest
from sweep_cases import (
    ASKED,
    BREAKS,
    GRID,
    MODULE,
    RATES,
    SIZES,
    TINY,
)

from lessons_lib import run
from lessons_lib.controls import Control
from lessons_lib.recorded import load_sweep
from lessons_lib.sweep import sweep


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
