"""Recorded sweeps: read whole, or refused with what to do."""

import json
import os

import pytest
from sweep_cases import ASKED, GRID, TINY, plain

from lessons_lib import recorded as recorded_module
from lessons_lib.controls import Control
from lessons_lib.recorded import SweepError, load_sweep
from lessons_lib.sweep import sweep


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
        ({"experiment": {"lr": 1}}, "sweep: .*lr=1"),
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
