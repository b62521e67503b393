"""A live panel's runs: the last request wins, and any can be stopped."""

import threading

from panel_moves import (
    LONG,
    TINY,
    explorer,
    settled,
    turn,
    until,
)

from lessons_lib import Control, run


def test_of_100_rapid_turns_the_last_wins_and_none_waits(trained):
    panel = explorer(TINY.replace(epochs=20)).panel
    trained.clear()

    for i in range(100):
        turn(panel, "learning_rate", (0.01, 0.03, 0.1, 0.3)[i % 4])
    result = settled(panel)

    assert result.experiment.learning_rate == 0.3
    assert result.epochs_done == 20
    assert trained[-1] == result.experiment
    assert len(trained) < 50
    assert panel.session._job is None
    assert panel.session._worker is None


def test_a_newer_request_ends_a_long_run():
    control = Control("epochs", (5, 100_000))
    panel = explorer(TINY.replace(epochs=5), controls=[control]).panel
    turn(panel, "epochs", 100_000)
    until(lambda: panel.session.result.experiment.epochs > 5)

    turn(panel, "epochs", 5)

    assert settled(panel).experiment.epochs == 5


def long_run():
    control = Control("epochs", (3, 100_000))
    panel = explorer(controls=[control]).panel
    turn(panel, "epochs", 100_000)
    until(lambda: panel.session.result.experiment.epochs == 100_000)
    return panel


def test_curves_grow_while_training():
    panel = long_run()
    first = panel.session.result.epochs_done
    picture = panel.cards.children[0].value

    until(lambda: panel.session.result.epochs_done > first)
    until(lambda: panel.cards.children[0].value != picture)

    assert panel.session.training
    assert 0 < panel.bar.value < panel.bar.max == 100_000
    panel.session.stop()
    settled(panel)


def test_stop_ends_the_run_and_keeps_what_is_there():
    panel = long_run()
    worker = panel.session._worker

    panel.stop.click()
    worker.join(10)

    assert not worker.is_alive()
    assert not panel.session.training
    assert "Stopped." in panel.message.value
    assert 0 < panel.session.result.epochs_done < 100_000


def test_train_runs_again_after_stop(trained):
    panel = long_run()
    panel.stop.click()
    trained.clear()

    panel.train.click()
    until(lambda: trained)
    panel.stop.click()
    settled(panel)

    assert trained == [LONG]


def test_stop_with_nothing_to_stop_says_nothing():
    panel = explorer().panel

    panel.stop.click()

    assert panel.message.value == ""


def test_two_panels_at_once_do_not_disturb_each_other():
    first, second = explorer().panel, explorer().panel

    turn(first, "learning_rate", 0.3)
    turn(second, "learning_rate", 0.03)

    for panel, rate in ((first, 0.3), (second, 0.03)):
        expected = run(TINY.replace(learning_rate=rate)).history
        assert settled(panel).histories == [expected]


def test_turns_from_many_threads_leave_one_result():
    panel = explorer().panel
    threads = [
        threading.Thread(target=turn, args=(panel, "learning_rate", rate))
        for rate in (0.01, 0.03, 0.3) * 5
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    turn(panel, "learning_rate", 1.0)

    assert settled(panel).experiment.learning_rate == 1.0
