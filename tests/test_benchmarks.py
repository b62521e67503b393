"""What the benchmarks do with their numbers; none of these tests times."""

import json

import pytest

import benchmarks.__main__ as command
from benchmarks import results, table
from benchmarks.toc import ROOT

OLD = {
    "date": "2020-02-29",
    "cores": 64,
    "system": "Linux x86_64",
    "python": "3.11.0",
    "keras": "3.0.0",
}
VALUES = {
    "engine": [
        {
            "name": "MLP",
            "epochs": 20,
            "seconds": {
                "engine": [0.1, 0.2, 9.0],
                "fit": [7.0, 8.0, 90.0],
                "numpy": [0.1, 0.1, 0.1],
            },
        },
        {
            "name": "CNN",
            "epochs": 3,
            "seconds": {"engine": [2.0], "fit": [5.0]},
        },
    ],
    "retrain": [
        {"chapter": "cnn", "name": "a", "first": 6.0, "later": [2.0, 1.0, 3]},
        {"chapter": "cnn", "name": "b", "first": 3.0, "later": [0.5]},
    ],
    "lab": [{"name": "MLP", "first": [0.1, 0.2], "finished": [0.3, 0.5, 0.4]}],
    "pages": [
        {
            "name": "cnn",
            "before_interaction": 700_000,
            "bytes": 1_300_000,
            "requests": 40,
            "third_party": 2,
            "redrawn": [0.010, 0.020],
        },
        {
            "name": "width",
            "before_interaction": 800_000,
            "bytes": 900_000,
            "requests": 40,
            "third_party": 1,
            "redrawn": [0.030],
        },
    ],
    "chapters": [{"name": "cnn", "seconds": 33.3, "peak": 954.4}],
    "book": {"seconds": 270.0},
    "tests": {"seconds": 3000.0, "passed": 1234},
    "memory": {"retrains": 1000, "before": 700.0, "after": 723.4},
    "soak": {
        "changes": 500,
        "failures": ["one"],
        "before": 800.0,
        "after": 825.0,
    },
}
RESULTS = {
    name: {"machine": OLD, "values": values} for name, values in VALUES.items()
}


@pytest.mark.parametrize(
    "line",
    [
        "| MLP: `model.fit` over the engine, architecture seen before "
        "| 40.0 × | ≥ 30 × |",
        "| MLP: the engine over a hand-written NumPy loop "
        "| 2.00 × | ≤ 1.5 × |",
        "| CNN: `model.fit` over the engine, architecture seen before "
        "| 2.5 × | ≥ 2.5 × |",
        "| cnn | a | 2.00 s | 6.0 s, 3.0 × | ≤ 3 s later |",
        "| MLP in JupyterLab: from a slider to its first curve, median and "
        "maximum of 2 moves | 0.15 s, 0.20 s | ≤ 0.15 s |",
        "| MLP in JupyterLab: from a slider to its finished curve, median "
        "and maximum of 2 moves | 0.40 s, 0.50 s | ≤ 0.3 s |",
        "| heaviest page (`width`), read up to its first explorer, gzipped "
        "| 0.80 MB | ≤ 1 MB |",
        "| heaviest page (`cnn`), read to its end, gzipped | 1.30 MB |  |",
        "| requests of all pages to other hosts | 3 | 0 |",
        "| page: from a slider to its redrawn charts, median and maximum of "
        "3 moves | 20 ms, 30 ms | ≤ 50 ms |",
        "| chapter `cnn`: seconds to execute, peak memory "
        "| 33 s, 954 MB | ≤ 60 s, ≤ 1200 MB |",
        "| `make book` after the installation | 4.5 min | ≤ 5 min |",
        "| `make test` after the installation, 1234 tests in Python "
        "| 50.0 min | ≤ 10 min |",
        "| memory that 1000 retrains leave behind | 23 MB | < 50 MB |",
        "| memory that 500 random changes of all panels leave behind, "
        "1 failures | 25 MB | ≤ 50 MB, 0 failures |",
    ],
)
def test_each_number_stands_beside_what_was_wanted(line):
    assert line in table.render(RESULTS).splitlines()


@pytest.mark.parametrize("missing", table.ROWS)
def test_what_was_not_measured_says_so(missing):
    rest = {name: each for name, each in RESULTS.items() if name != missing}

    text = table.render(rest)

    assert f"| {table.UNMEASURED[missing]} | not measured | |" in text
    assert text.count("not measured") == 1


def test_every_measurement_has_a_place_in_the_tables():
    names = {*command.QUICK, *command.ON_REQUEST}

    assert names == set(VALUES) == {*table.ROWS, "retrain"}
    assert all((ROOT / f"benchmarks/{name}.py").is_file() for name in names)


def test_each_measurement_keeps_its_own_date():
    found = results.merge(RESULTS, "book", {"seconds": 60.0})

    assert found["book"]["values"] == {"seconds": 60.0}
    assert found["book"]["machine"] == results.machine() != OLD
    assert {n: found[n] for n in VALUES if n != "book"} == {
        n: RESULTS[n] for n in VALUES if n != "book"
    }
    lines = table.render(found).splitlines()
    assert (
        "- engine, retrain, lab, pages, chapters, tests, memory, soak: "
        in (next(line for line in lines if "2020-02-29" in line))
    )
    assert any(line.startswith("- book: ") for line in lines)


def test_a_machine_has_versions_and_no_name():
    machine = results.machine()

    assert {"date", "cores", "system", "python", "keras", "numpy"} < {*machine}
    assert {*machine} - {"date", "cores", "system", "python"} <= {
        *results.PACKAGES
    }
    assert "/" not in json.dumps(machine)


def test_saved_results_are_loaded_whole(tmp_path):
    path = tmp_path / "results.json"
    assert results.load(path) == {}

    results.save({"memory": {"before": 700.123456, "n": [1000, 0.5]}}, path)

    assert results.load(path) == {
        "memory": {"before": 700.1, "n": [1000, 0.5]}
    }


@pytest.fixture
def measured(monkeypatch):
    """Returns the names of what was measured, in no time."""
    names = []

    def measure(name):
        names.append(name)
        return VALUES[name]

    monkeypatch.setattr(command, "measure", measure)
    return names


def test_a_partial_run_leaves_the_other_numbers(tmp_path, measured):
    results.save(RESULTS, tmp_path / "results.json")

    command.main(["book", "memory"], tmp_path)

    assert measured == ["book", "memory"]
    found = results.load(tmp_path / "results.json")
    old = {name for name, each in found.items() if each["machine"] == OLD}
    assert old == {*VALUES} - {"book", "memory"}
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert readme == table.render(found)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([], command.QUICK),
        (["all"], (*command.QUICK, "tests")),
        (["tests"], ("tests",)),
    ],
)
def test_make_test_is_timed_on_request(tmp_path, measured, asked, expected):
    command.main(asked, tmp_path)

    assert measured == [*expected]
    assert {*results.load(tmp_path / "results.json")} == {*expected}


def test_an_unknown_name_is_refused_before_anything_runs(
    tmp_path, measured, capsys
):
    with pytest.raises(SystemExit):
        command.main(["memory", "memroy"], tmp_path)

    assert measured == []
    error = capsys.readouterr().err
    assert "engine, retrain, lab" in error
    assert "Received: 'memroy'" in error


def test_a_failure_is_shown_and_keeps_what_was_measured_before(
    tmp_path, monkeypatch
):
    real = command.measure

    def measure(name):
        # `toc` has nothing to measure.
        return real("toc") if name == "lab" else VALUES[name]

    monkeypatch.setattr(command, "measure", measure)

    with pytest.raises(SystemExit, match="cannot import name 'measure'"):
        command.main(["book", "lab", "memory"], tmp_path)

    assert list(results.load(tmp_path / "results.json")) == ["book"]


def test_the_readme_holds_the_published_results():
    folder = ROOT / "benchmarks"
    published = results.load(folder / "results.json")

    readme = (folder / "README.md").read_text(encoding="utf-8")

    assert readme == table.render(published)
