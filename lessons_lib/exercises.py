"""The exercises of a chapter, read from its Markdown."""

import re
from dataclasses import dataclass

_ASKED = re.compile(r"^(?=\*\*\d+\. )", re.MULTILINE)
_NUMBER = re.compile(r"\*\*(\d+)\. (\w+)")
_FOLDED = re.compile(
    r"^(:{3,})\{dropdown\}[^\n]*\n(.*?)^\1[ ]*$", re.DOTALL | re.MULTILINE
)
_ROLE = re.compile(r"\{([a-z:]+)\}`([^`]*)`")
_KEY = re.compile(r"([a-z]+?)(\d{4})[a-z]*")


@dataclass(frozen=True)
class Exercise:
    """An exercise as its chapter asks it.

    Attributes:
        number: From 1.
        kind: The word after the number, such as `"Predict"`.
        text: The question in plain Markdown.
        solution: What the chapter folds, in plain Markdown.
    """

    number: int
    kind: str
    text: str
    solution: str


def read_exercises(cells: list[dict]) -> list[Exercise]:
    """Returns the exercises of a notebook, in order.

    Args:
        cells: The cells below the heading "Exercises".

    Raises:
        ValueError: There is none, or one does not fold its solution.
    """
    texts = ["".join(c["source"]) for c in cells if _is_markdown(c)]
    asked = _ASKED.split("\n\n".join(texts))[1:]
    if not asked:
        raise ValueError(
            "A chapter must ask exercises that start like '**1. Predict.**'. "
            f"Received: {''.join(texts)[:60]!r}"
        )
    return [_exercise(text) for text in asked]


def plain(text: str) -> str:
    """Returns MyST Markdown without its roles, which only the book has.

    Terms become their words; citations become names and years.

    Raises:
        ValueError: A role is neither a term nor a citation.
    """
    return _ROLE.sub(_words, text).strip()


def _is_markdown(cell):
    return cell["cell_type"] == "markdown"


def _exercise(text):
    number, kind = _NUMBER.match(text).groups()
    folded = _FOLDED.search(text)
    if not folded:
        raise ValueError(
            f"Exercise {number} must fold its solution in a dropdown. "
            f"Received: {text!r}"
        )
    return Exercise(
        int(number), kind, plain(_FOLDED.sub("", text)), plain(folded[2])
    )


def _words(match):
    role, content = match.groups()
    if role == "term":
        return content.split("<")[0].strip()
    if role not in ("cite:t", "cite:p"):
        raise ValueError(
            "An exercise may use the roles term, cite:t and cite:p. "
            f"Received: {match[0]!r}"
        )
    names = [f"{name.title()} {year}" for name, year in _KEY.findall(content)]
    if role == "cite:p":
        return f"({'; '.join(names)})"
    return " and ".join(re.sub(r" (\d+)$", r" (\1)", n) for n in names)
