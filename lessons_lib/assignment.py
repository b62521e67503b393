"""Makes nbgrader assignments of the exercises of chapters.

    python -m lessons_lib.assignment book/learning_rate.ipynb --to COURSE

writes `COURSE/source/learning_rate/learning_rate.ipynb` for `nbgrader
generate_assignment learning_rate`, with the recorded runs that it reads. It
takes the questions from the chapter, the answers and tests from
`book/assignments/learning_rate.py`, and as much of the chapter's code as they
need. Parts of `learning_rate.py` in a folder given by `--private` take the
place of those in the book, or come in addition.
"""

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

from lessons_lib.exercises import Exercise, plain, read_exercises
from lessons_lib.graded_cells import (
    answer,
    locked,
    notebook_of,
    tests,
    written,
)
from lessons_lib.parts import KINDS, Part, load_parts, split_task
from lessons_lib.slicing import names_used, needed, statements

WRITTEN_POINTS = 2
"""What an answer in words is worth, which a person grades."""

_HIDDEN = """# Tests that learners do not see run here.
### BEGIN HIDDEN TESTS
{}
### END HIDDEN TESTS"""
_WHY = "Explain your answer in two to five sentences."
_EMPTY = Part("# Yours go here; give this cell points if you add some.", 0)
_INTRODUCTION = """# {title}: exercises

These are the exercises of a chapter of *Turn the Knob*.
Replace each `raise NotImplementedError()` by your answer, and leave the other
cells as they are.
The cell below an answer holds tests that you can run; more run when your work
is graded.

The next cells are the part of the chapter that you need here."""


def assignment(
    notebook: Path, private: Path | None = None
) -> tuple[dict, list[str]]:
    """Returns a chapter's assignment.

    Args:
        notebook: The chapter.
        private: A folder that may hold further parts, named like the chapter.

    Returns:
        The notebook as nbgrader wants its source, and the files that it
        reads, relative to the chapter.

    Raises:
        ValueError: The chapter or a file of parts is not as it must be; the
            message names what was expected and what was received.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    headings = [_heading(cell) for cell in cells]
    for heading in ("Exercises", "Summary"):
        if heading not in headings:
            raise ValueError(
                f"{notebook.name} must have a cell that starts with "
                f"'## {heading}'. Received: {[h for h in headings if h]}"
            )
    first, last = map(headings.index, ("Exercises", "Summary"))
    parts = load_parts(notebook, private)
    exercises = read_exercises(cells[first:last])
    title = "".join(cells[0]["source"]).splitlines()[0].removeprefix("# ")
    code = "\n".join(
        parts[place].code
        for place in sorted(parts, key=lambda p: (p[0], KINDS.index(p[1])))
    )
    names = {"keras", "np", *names_used(code)}
    found = needed(names, statements(cells[:first]))
    made = [locked("introduction", _INTRODUCTION.format(title=title))]
    made += _chapter_cells(found)
    asked = {exercise.number for exercise in exercises}
    exercises += [
        Exercise(number, "More", f"**{number}. More.**", "")
        for number in sorted({number for number, _ in parts} - asked)
    ]
    for exercise in exercises:
        made += _exercise_cells(exercise, parts)
    sources = "\n".join(cell["source"] for cell in made)
    runs = sorted(set(re.findall(r"\bruns/\w+\.json", sources)))
    return notebook_of(made), runs


def write(
    notebook: Path,
    course: Path,
    private: Path | None = None,
    overwrite: bool = False,
) -> Path:
    """Writes a chapter's assignment into a course; returns the notebook.

    Args:
        notebook: The chapter.
        course: The folder in which nbgrader is run.
        private: As in `assignment`.
        overwrite: Whether a notebook that is there may be replaced.

    Raises:
        FileExistsError: The notebook is there and differs.
    """
    made, runs = assignment(notebook, private)
    text = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
    path = course / "source" / notebook.stem / notebook.name
    old = path.read_text(encoding="utf-8") if path.exists() else text
    if old != text and not overwrite:
        raise FileExistsError(
            f"{path} is there and differs. Move it away, or give --overwrite "
            "to lose what was changed in it."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    for name in runs:
        (path.parent / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(notebook.parent / name, path.parent / name)
    return path


def _heading(cell):
    match = re.match(r"## (.*)", "".join(cell["source"]))
    return match[1] if match and cell["cell_type"] == "markdown" else None


def _chapter_cells(found):
    made = [locked("imports", _imports(found), "code")]
    for number in sorted({s.cell for s in found if not s.imports}):
        rows = [s.source for s in found if s.cell == number and not s.imports]
        made.append(locked(f"chapter-{number}", "\n".join(rows), "code"))
    return made


def _imports(found):
    """Returns the imports, one line for each module that is imported from."""
    modules = {}
    for line in (s.source for s in found if s.imports):
        start, _, name = line.partition("import ")
        modules.setdefault(start or line, set()).add(name)
    return "\n".join(
        f"{start}import {', '.join(sorted(names))}"
        if start.startswith("from ")
        else start
        for start, names in modules.items()
    )


def _exercise_cells(exercise, parts):
    """Returns an exercise, with a written answer unless it needs none."""
    number = exercise.number
    made = _question_cells(number, exercise.text, parts)
    asked = parts.get((number, "written"))
    if asked is None and len(made) > 1 and exercise.kind != "Explain":
        return made
    if asked is not None or len(made) > 1:
        words = _WHY if asked is None else split_task(asked.code)[0]
        made.append(locked(f"why-{number}", plain(words)))
    points = WRITTEN_POINTS if asked is None else asked.points
    return [*made, written(f"written-{number}", exercise.solution, points)]


def _question_cells(number, text, parts):
    """Returns the question, and an answer with its tests if there is one."""
    if (number, "answer") not in parts:
        return [locked(f"exercise-{number}", text)]
    task, code = split_task(parts[number, "answer"].code)
    examples = parts[number, "examples"]
    hidden = parts.get((number, "hidden"), _EMPTY)
    secret = _HIDDEN.format(hidden.code)
    return [
        locked(f"exercise-{number}", f"{text}\n\n{plain(task)}"),
        answer(f"answer-{number}", code),
        tests(f"examples-{number}", examples.code, examples.points),
        tests(f"hidden-{number}", secret, hidden.points),
    ]


def main(arguments: list[str]) -> int:
    """Writes assignments; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m lessons_lib.assignment")
    parser.add_argument("chapter", type=Path, nargs="+", help="its notebook")
    parser.add_argument("--to", type=Path, required=True, help="the course")
    parser.add_argument(
        "--private", type=Path, help="a folder of tests and solutions"
    )
    parser.add_argument("--overwrite", action="store_true")
    options = parser.parse_args(arguments)
    for path in (*options.chapter, options.private):
        if path is not None and not path.exists():
            parser.error(f"there is no {path}")
    for notebook in options.chapter:
        try:
            path = write(
                notebook, options.to, options.private, options.overwrite
            )
        except (ValueError, FileExistsError) as error:
            parser.error(str(error))
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
