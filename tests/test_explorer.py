"""An explorer: its two faces, and what it must be made of."""

import base64

import pytest
from panel_moves import TINY, WIDGET, explorer, settled

from lessons_lib import Control, live, run


def test_a_notebook_gets_both_faces():
    bundle = explorer(name="moons", title="Two <moons>")._repr_mimebundle_()

    assert set(bundle) == {"text/plain", "text/html", "image/png", WIDGET}
    assert "Explorer(Experiment(" in bundle["text/plain"]
    assert "runs/moons.json" in bundle["text/html"]
    assert "<svg" in bundle["text/html"]
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")


def test_without_a_recorded_sweep_the_page_keeps_a_picture():
    page = explorer()._repr_mimebundle_()["text/html"]

    assert "<svg" in page
    assert "script" not in page


def test_making_trains_nothing_and_showing_trains_once(trained):
    shown = explorer(seeds=2)
    assert trained == []

    first, second = shown._repr_mimebundle_(), shown._repr_mimebundle_()

    assert trained == [TINY, TINY.replace(seed=1)]
    assert first[WIDGET] == second[WIDGET]


def test_the_baseline_is_what_run_returns():
    assert settled(explorer().panel).histories == [run(TINY).history]


def test_a_view_must_have_room_for_every_position():
    depths = Control("hidden_layers", (1, 11))

    with pytest.raises(ValueError, match=r"'gradients' .* 10 .*Received: 11"):
        explorer(TINY.replace(hidden_units=4, hidden_layers=1), [depths],
                 views=("gradients",))  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"views": ["horizon"]}, "`views` must be some of"),
        ({"views": ["fit"]}, "needs a data set with 1 feature"),
        ({"seeds": 0}, "`seeds` must be an integer from 1 to 10"),
        ({"seeds": True}, "`seeds` must be an integer from 1 to 10"),
        ({"seeds": 11}, "`seeds` must be an integer from 1 to 10"),
        ({"controls": ["width"]}, "`controls` must be Control objects"),
        ({"controls": []}, "at least one control"),
        (
            {"experiment": TINY.replace(learning_rate=0.2)},
            "`learning_rate` must be one of the control's values",
        ),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        explorer(**arguments)


def test_an_interrupted_baseline_can_be_shown_again(monkeypatch):
    shown = explorer()

    def interrupted(experiment, progress):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(live, "train", interrupted)
        with pytest.raises(KeyboardInterrupt):
            shown._repr_mimebundle_()

    shown._repr_mimebundle_()
    assert settled(shown.panel).experiment == TINY
