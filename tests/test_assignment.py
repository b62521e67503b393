"""Exercises become assignments that nbgrader gives out, grades and answers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest

from lessons_lib.assignment import assignment, main, write
from lessons_lib.exercises import plain, read_exercises
from lessons_lib.parts import SOLUTION, check_parts, read_parts, split_task

BOOK = Path(__file__).parents[1] / "book"
CHAPTERS = sorted(BOOK.glob("*.ipynb"))
GRADED = BOOK / "learning_rate.ipynb"
# nbgrader starts `alembic`, which is installed beside this Python.
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
MARKS = (*SOLUTION, "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")

each_chapter = pytest.mark.parametrize(
    "path", CHAPTERS, ids=lambda path: path.stem
)
# nbgrader uses what its own dependencies call deprecated.
nbgrader_warns = pytest.mark.filterwarnings("ignore")


def cells_by_name(notebook):
    """Returns cells by nbgrader's names, each with its source as one text."""
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: cell
        | {"source": "".join(cell["source"])}
        for cell in notebook["cells"]
    }


def split(cell):
    """Returns the lines of a source cell that learners see, and the others."""
    if cell["metadata"]["nbgrader"]["grade"] and "written" in cell["id"]:
        return [], cell["source"].splitlines()
    shown, secret, inside = [], [], False
    for line in cell["source"].splitlines():
        if line.strip() in MARKS:
            inside = line.strip().startswith("### BEGIN")
        else:
            (secret if inside else shown).append(line.strip())
    return shown, secret


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


# --- every chapter ----------------------------------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """All assignments in one course, with what nbgrader gives to learners."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    folder = tmp_path_factory.mktemp("course")
    assert main([*map(str, CHAPTERS), "--to", str(folder)]) == 0
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    api = NbGraderAPI(config=config)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", PATH)
        for path in CHAPTERS:
            result = api.generate_assignment(path.stem)
            assert result["success"], result["log"]
    return folder


@each_chapter
@nbgrader_warns
def test_an_assignment_is_valid_and_gives_nothing_away(path, course):
    from nbgrader import nbgraderformat

    place = Path(path.stem) / path.name
    source = nbgraderformat.read(course / "source" / place, as_version=4)
    release = nbgraderformat.read(course / "release" / place, as_version=4)

    shown, secret = (
        [line for part in parts for line in part]
        for parts in zip(*map(split, source.cells), strict=True)
    )
    open_text = "\n".join(shown)
    secrets = {s for s in secret if len(s) > 9 and s not in open_text}
    given = "\n".join(cell.source for cell in release.cells)
    assert len(secrets) > 5
    assert [s for s in (*secrets, *MARKS) if s in given] == []


@each_chapter
@nbgrader_warns
def test_learners_get_examples_and_empty_answers(path, course):
    release = read(course / "release" / path.stem / path.name)
    cells = cells_by_name(release)

    answers = [name for name in cells if name.startswith("answer-")]
    assert answers
    for name in answers:
        assert "raise NotImplementedError()" in cells[name]["source"]
        examples = cells[name.replace("answer", "examples")]
        assert "assert" in examples["source"]
        assert examples["metadata"]["nbgrader"]["points"] > 0
    assert all(
        "YOUR ANSWER HERE" in cell["source"]
        for name, cell in cells.items()
        if name.startswith("written-")
    )


@each_chapter
@nbgrader_warns
def test_the_runs_that_an_assignment_reads_come_with_it(path, course):
    _, runs = assignment(path)

    for name in runs:
        there = course / "release" / path.stem / name
        assert there.read_bytes() == (BOOK / name).read_bytes()


@each_chapter
def test_reference_solutions_pass_every_test(path, monkeypatch):
    made, _ = assignment(path)
    monkeypatch.chdir(BOOK)
    namespace = {}

    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            name = f"{path.stem} {cell['id']}"
            exec(compile(cell["source"], name, "exec"), namespace)


# --- one chapter, all the way -----------------------------------------------


def nbgrader(folder, *arguments):
    """Runs nbgrader as an instructor does, at home in the course's folder."""
    environment = os.environ | {
        "PATH": PATH,
        "HOME": str(folder),
        "IPYTHONDIR": str(folder / ".ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / ".jupyter"),
        "JUPYTER_DATA_DIR": str(folder / ".data"),
        "JUPYTER_RUNTIME_DIR": str(folder / ".runtime"),
        "MPLCONFIGDIR": matplotlib.get_cachedir(),  # with the list of fonts
        "HTTP_PROXY": "http://127.0.0.1:9",  # nobody answers there
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1,localhost",
    }
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def submit(folder, student, answers):
    """Hands in the release with new sources for cells, given by name."""
    notebook = read(folder / "release" / GRADED.stem / GRADED.name)
    cells = cells_by_name(notebook)
    for name, source in answers.items():
        cells[name]["source"] = source
    notebook["cells"] = list(cells.values())
    place = folder / "submitted" / student / GRADED.stem / GRADED.name
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course in which two learners were graded and answered."""
    folder = tmp_path_factory.mktemp("graded")
    source = read(write(GRADED, folder))
    nbgrader(folder, "generate_assignment", GRADED.stem)
    right = {
        name: cell["source"]
        for name, cell in cells_by_name(source).items()
        if cell["metadata"]["nbgrader"]["solution"]
    }
    wrong = {
        "answer-1": 'loss_with_128 = "falls"',
        "answer-2": "def best_rate(momentum):\n    return 1.0",
        "examples-3": "usual = 0.5  # the tests are gone",
        "hidden-3": "",
    }
    submit(folder, "right", right)
    submit(folder, "wrong", wrong)
    nbgrader(folder, "autograde", GRADED.stem)
    nbgrader(folder, "generate_feedback", GRADED.stem)
    return folder


def scores(folder, student):
    """Returns what the computer gave for each test, and who must look."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        found = book.find_submission_notebook(
            GRADED.stem, GRADED.stem, student
        )
        given = {g.name: g.auto_score for g in found.grades}
        manual = [g.name for g in found.grades if g.needs_manual_grade]
    return given, manual


@nbgrader_warns
def test_a_right_submission_gets_every_point(graded):
    given, manual = scores(graded, "right")

    tests = {name: n for name, n in given.items() if n is not None}
    assert tests == dict.fromkeys(
        f"{kind}-{n}" for kind in ("examples", "hidden") for n in (1, 2, 3)
    ) | dict.fromkeys(tests, 1.0)
    assert manual == ["written-3"]


@nbgrader_warns
def test_a_wrong_submission_gets_the_points_of_what_passes(graded):
    given, _ = scores(graded, "wrong")

    passed = {name for name, points in given.items() if points}
    assert passed == {"examples-1", "examples-2"}


@pytest.mark.parametrize("student", ["right", "wrong"])
def test_feedback_is_a_page_that_shows_failed_tests(graded, student):
    place = graded / "feedback" / student / GRADED.stem / GRADED.stem
    page = place.with_suffix(".html").read_text(encoding="utf-8")

    assert ("AssertionError" in page) == (student == "wrong")


# --- private parts ----------------------------------------------------------


@pytest.fixture
def private(tmp_path):
    def put(text):
        folder = tmp_path / "private"
        folder.mkdir()
        (folder / GRADED.with_suffix(".py").name).write_text(text)
        return folder

    return put


def test_private_parts_take_the_place_of_public_ones(private):
    folder = private("# %% 1 hidden, 5 points\nassert 'secret'\n")

    cells = cells_by_name(assignment(GRADED, folder)[0])

    assert "assert 'secret'" in cells["hidden-1"]["source"]
    assert "recorded.curves" not in cells["hidden-1"]["source"]
    assert cells["hidden-1"]["metadata"]["nbgrader"]["points"] == 5
    assert "loss_with_128" in cells["examples-1"]["source"]


def test_private_parts_may_ask_more(private):
    folder = private(
        "# %% 4 answer\n# Set `lucky`.\nlucky = 0\n### BEGIN SOLUTION\n"
        "lucky = len(x_test)\n### END SOLUTION\n# %% 4 examples\n"
        "assert lucky\n# %% 5 written, 3 points\n# Why $\\eta$?\n"
    )

    cells = cells_by_name(assignment(GRADED, folder)[0])

    assert "Set `lucky`." in cells["exercise-4"]["source"]
    setup = [c for name, c in cells.items() if name.startswith("chapter-")]
    assert any("x_test = " in cell["source"] for cell in setup)
    assert cells["hidden-4"]["metadata"]["nbgrader"]["points"] == 0
    assert cells["why-5"]["source"] == "Why $\\eta$?"
    assert cells["written-5"]["metadata"]["nbgrader"]["points"] == 3


# --- writing ----------------------------------------------------------------


def test_what_an_instructor_changed_is_not_overwritten(tmp_path):
    path = write(GRADED, tmp_path)
    write(GRADED, tmp_path)
    path.write_text("changed")

    with pytest.raises(FileExistsError, match="--overwrite"):
        write(GRADED, tmp_path)
    assert path.read_text() == "changed"
    assert read(write(GRADED, tmp_path, overwrite=True))["cells"]


def test_the_command_names_what_is_missing(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(BOOK / "none.ipynb"), "--to", str(tmp_path)])

    assert "there is no" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_without_exercises_is_refused(tmp_path, capsys):
    path = tmp_path / "empty.ipynb"
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["## Summary"]}
    path.write_text(json.dumps({"cells": [cell]}))

    with pytest.raises(SystemExit):
        main([str(path), "--to", str(tmp_path / "course")])

    assert "'## Exercises'. Received: ['Summary']" in capsys.readouterr().err


# --- reading ----------------------------------------------------------------


def test_exercises_are_read_without_their_solutions():
    text = (
        "## Exercises\n\n**1. Predict.** Does {term}`SGD <step>` win?\n\n"
        ":::{dropdown} Solution\nNo {cite:p}`goh2017,zhang2017`.\n:::\n\n"
        "**2. Explain.** Why?\n\n::::{dropdown} Solution\n:::{note}\nA.\n"
        ":::\n::::"
    )
    cell = {"cell_type": "markdown", "source": [text]}

    first, second = read_exercises([cell])

    assert (first.number, first.kind) == (1, "Predict")
    assert first.text == "**1. Predict.** Does SGD win?"
    assert first.solution == "No (Goh 2017; Zhang 2017)."
    assert second.text == "**2. Explain.** Why?"
    assert second.solution == ":::{note}\nA.\n:::"


def test_citations_become_names_and_years():
    assert plain("{cite:t}`li2019` say.") == "Li (2019) say."
    with pytest.raises(ValueError, match=r"Received: '{doc}`a`'"):
        plain("See {doc}`a`.")


def test_an_unfolded_solution_is_refused():
    cell = {"cell_type": "markdown", "source": ["**1. Modify.** This."]}

    with pytest.raises(ValueError, match="fold its solution"):
        read_exercises([cell])
    with pytest.raises(ValueError, match="must ask exercises"):
        read_exercises([])


def test_a_task_is_the_comment_on_top():
    task, code = split_task("# Say `a`.\n#\n# Or not.\n\na = 1\n# no task\n")

    assert task == "Say `a`.\n\nOr not."
    assert code == "a = 1\n# no task"


SOLVED = "# %% 1 answer\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# %% 1 question\n", "one of answer, examples, hidden, written"),
        ("# %% answer 1\n", "Received: '# %% answer 1'"),
        ("# %% 1 hidden, two points\n", "must read like"),
        ("# %% 1 hidden\n# %% 1 hidden\n", "two parts '1 hidden'"),
        ("# %% 1 hidden\n", "Received: no answer"),
        (SOLVED, "Received: no examples"),
        ("# %% 1 answer\na = 1\n# %% 1 examples\n", "must have a region"),
        (SOLVED.replace("END", "BEGIN") + "# %% 1 examples\n", "region"),
    ],
)
def test_wrong_parts_are_refused(text, message):
    with pytest.raises(ValueError, match=message):
        check_parts(read_parts(text, "p.py"), "p.py")
