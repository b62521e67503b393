"""Traced programs: kept, shared by no two runs, and freed whole."""

import gc
import threading

import tensorflow as tf

from lessons_lib import Experiment, engine, run, train
from lessons_lib.engine import KEPT_PROGRAMS, _programs
from lessons_lib.program import program_key

TINY = Experiment(train_size=100, epochs=3, shuffle=False, learning_rate=0.05)


def test_leaving_the_loop_stops_and_frees_the_program():
    for epoch in train(TINY):
        assert epoch.number == 1
        break

    assert run(TINY).history["loss"] == run(TINY).history["loss"]
    assert len(_programs[program_key(TINY)]) == 1


def test_interleaved_runs_do_not_disturb_each_other():
    alone = run(TINY).history["loss"]

    pairs = zip(
        train(TINY), train(TINY.replace(learning_rate=1.0)), strict=True
    )
    together = [first.logs["loss"] for first, _ in pairs]

    assert together == alone


def test_runs_in_threads_do_not_disturb_each_other():
    alone = run(TINY).history
    results = {}

    def work(number):
        results[number] = run(TINY).history

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(results[i] == alone for i in range(4))


def test_programs_are_bounded():
    for width in range(1, KEPT_PROGRAMS + 4):
        run(TINY.replace(hidden_units=(width,), epochs=1))

    assert len(_programs) == KEPT_PROGRAMS


def test_a_slider_does_not_retrace(monkeypatch):
    run(TINY.replace(momentum=0.5, dropout=0.1, l2=0.1))
    made = []
    monkeypatch.setattr(engine, "Program", made.append)

    for value in (0.2, 0.6, 0.9):
        run(
            TINY.replace(
                momentum=value,
                dropout=value,
                l2=value,
                learning_rate=value,
                batch_size=int(10 * value),
                train_size=50,
                kernel_initializer="he_normal",
                initializer_scale=value,
                seed=3,
            )
        )

    assert made == []


def test_a_forgotten_program_leaves_nothing_behind():
    def graphs():
        gc.collect()
        return sum(isinstance(o, tf.Graph) for o in gc.get_objects())

    _programs.clear()
    run(TINY)
    _programs.clear()
    before = graphs()
    for width in (3, 4, 5):
        run(TINY.replace(hidden_units=width, optimizer="adam"))
        _programs.clear()

    assert graphs() == before
