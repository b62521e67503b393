"""A sweep as a document: what the page's schema asks, and whence it comes."""

from datetime import date

import keras
import numpy as np
import pytest
from page_schema import problems
from sweep_cases import ASKED, BREAKS, GRID, RATES, SIZES, TINY, plain

from lessons_lib import Experiment
from lessons_lib.controls import Control
from lessons_lib.document import fingerprint, judged
from lessons_lib.sweep import sweep


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


def test_sequences_are_judged_against_guesses_of_their_own_length():
    # Guessing costs 0.163 on 20 steps and 0.183 on 30.
    curves = {name: [[0.2, 0.17, 0.165]] for name in ("loss", "val_loss")}
    setting = {"diverged": [None], "curves": curves, "views": {}}
    adding = Experiment(dataset="adding", architecture="lstm")

    short, long = (
        judged(setting, adding.replace(sequence_length=steps))["status"]
        for steps in (20, 30)
    )

    assert short == "stuck"
    assert long != "stuck"


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


def test_the_loss_axis_holds_the_lowest_curve():
    base = Experiment(
        dataset="sparse_linear", hidden_units=(), epochs=30, learning_rate=1e-5
    )
    rates = Control("learning_rate", (1e-5, 0.05), scale="log")

    found = sweep(base, [rates], **ASKED)

    low, high = found.document["metrics"][0]["limits"]
    assert low < np.median(found.curves("loss", learning_rate=0.05)[:, -1])
    assert high > found.curves("loss").max()
