"""What a computer grades of a chapter's exercises.

A chapter asks its exercises in Markdown and folds each solution. What grades
them stands in a Python file, one part after the other:

    # %% 1 answer
    # Set `loss` to "rises" or "falls".
    loss = None
    ### BEGIN SOLUTION
    loss = "rises"
    ### END SOLUTION

    # %% 1 examples
    assert loss in ("rises", "falls"), "Write one of the two words."

    # %% 1 hidden, 2 points
    assert loss == "rises"

The number is that of the exercise. The comment on top of an answer tells the
learner what to write. Examples are tests that learners see; hidden tests, they
do not. A part is worth one point unless it says otherwise. A part `written`
has a comment alone, which asks for an answer in words.
"""

import re
from dataclasses import dataclass
from pathlib import Path

KINDS = ("answer", "examples", "hidden", "written")
SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")

_PART = re.compile(r"^# %%(.*)$", re.MULTILINE)
_TITLE = re.compile(r" (\d+) (\w+)(?:, (\d+) points?)?")


@dataclass(frozen=True)
class Part:
    """What one marker of a file of parts starts.

    Attributes:
        code: The lines after the marker.
        points: What they are worth.
    """

    code: str
    points: int


Parts = dict[tuple[int, str], Part]
"""Parts by the exercise's number and the part's kind."""


def read_parts(source: str, name: str) -> Parts:
    """Returns the parts of a file.

    Args:
        source: What stands in it.
        name: What errors call it.

    Raises:
        ValueError: A marker or a part is not as this module describes it.
    """
    _, *rest = _PART.split(source)
    parts = {}
    for title, code in zip(rest[::2], rest[1::2], strict=True):
        match = _TITLE.fullmatch(title.rstrip())
        if not match or match[2] not in KINDS:
            raise ValueError(
                f"A marker of {name} must read like '# %% 1 answer', with one "
                f"of {', '.join(KINDS)}. Received: '# %%{title}'"
            )
        place = int(match[1]), match[2]
        if place in parts:
            raise ValueError(f"{name} has two parts '{title.strip()}'.")
        parts[place] = Part(code.strip("\n"), int(match[3] or 1))
    return parts


def check_parts(parts: Parts, name: str) -> None:
    """Checks that each answer has a solution and each test an answer.

    Raises:
        ValueError: The message names the exercise and what it lacks.
    """
    coded = {number for number, kind in parts if kind != "written"}
    for number in sorted(coded):
        missing = [k for k in KINDS[:2] if (number, k) not in parts]
        if missing:
            raise ValueError(
                f"Exercise {number} of {name} must have answer and examples. "
                f"Received: no {missing[0]}"
            )
        code = parts[number, "answer"].code
        marks = [m for m in map(str.strip, code.splitlines()) if m in SOLUTION]
        if not marks or marks != [*SOLUTION] * (len(marks) // 2):
            raise ValueError(
                f"Answer {number} of {name} must have a region from "
                f"'{SOLUTION[0]}' to '{SOLUTION[1]}'. Received: {code!r}"
            )


def split_task(code: str) -> tuple[str, str]:
    """Returns the comment on top of an answer as Markdown, and the rest."""
    lines = code.splitlines()
    count = 0
    while count < len(lines) and re.match(r"#( |$)", lines[count]):
        count += 1
    task = "\n".join(line[2:] for line in lines[:count])
    return task, "\n".join(lines[count:]).strip("\n")


def load_parts(notebook: Path, private: Path | None = None) -> Parts:
    """Returns the checked parts of a chapter's exercises.

    Args:
        notebook: The chapter; `assignments/` beside it has its public parts.
        private: A folder whose parts take the place of public ones.

    Raises:
        ValueError: As in `read_parts` and `check_parts`.
    """
    parts, name = {}, f"{notebook.stem}.py"
    for folder in (notebook.parent / "assignments", private):
        if folder is not None and (folder / name).exists():
            text = (folder / name).read_text(encoding="utf-8")
            parts |= read_parts(text, str(folder / name))
    check_parts(parts, name)
    return parts
