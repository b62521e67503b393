"""What a reader of any chapter can count on: more checks of that kind.

See `chapter_checks`: each takes a chapter and returns what is wrong with it.
"""

import re

from chapter_checks import DROPDOWN, markdown_of, sections, words

QUESTION = re.compile(
    r"^::::\{admonition\} ([^\n]+)\n:class: predict\n(.*?)^::::$",
    re.MULTILINE | re.DOTALL,
)
CHOICE = re.compile(
    r"^:::\{dropdown\} ([^\n]+)\n\*\*(Right|Not quite)\.\*\*\n(.*?)^:::$",
    re.MULTILINE | re.DOTALL,
)


def check_predictions(chapter):
    text = sections(chapter).get("Predict first", "")
    questions = QUESTION.findall(text)
    problems = []
    if not 1 <= len(questions) <= 2:
        problems.append("'Predict first' must ask one or two questions.")
    for asked, folds in questions:
        choices, given = CHOICE.findall(folds), len(DROPDOWN.findall(folds))
        right = sum(verdict == "Right" for _, verdict, _ in choices)
        if not asked.endswith("?"):
            problems.append(f"{asked!r} is no question.")
        if given != len(choices):
            problems.append(f"{asked!r} has a choice without verdict.")
        if not 3 <= given <= 4:
            problems.append(f"{asked!r} must have three or four choices.")
        if right != 1:
            problems.append(f"{asked!r} has {right} right choices.")
        problems += [
            f"{asked!r} does not explain the choice {choice!r}."
            for choice, _, why in choices
            if words(why) < 4
        ]
    return problems


def _plain(text):
    """Returns the prose outside headings, directives, code and links."""
    text = re.sub(r"^(#|:::).*$", " ", text, flags=re.MULTILINE)
    text = re.sub(r"\{[a-z:]+\}`[^`]*`|\[[^]]*\]\([^)]*\)", " ", text)
    return re.sub(r"\$\$.+?\$\$|\$.+?\$|`[^`]*`", " ", text, flags=re.DOTALL)


def check_glossary(chapter, terms):
    """Each term of the glossary is linked, if the chapter has it at all."""
    text = markdown_of(chapter)
    roles = re.findall(r"\{term\}`(?:[^`<]*<)?([^`<>]+)>?`", text)
    linked, plain, problems = set(map(str.lower, roles)), _plain(text), []
    for term in sorted(terms, key=len, reverse=True):
        pattern = rf"\b{re.escape(term)}(s|es)?\b"
        plain, times = re.subn(pattern, " ", plain, flags=re.IGNORECASE)
        if times and term.lower() not in linked:
            problems.append(f"{term!r} is never linked to the glossary.")
    return problems


def terms_of(glossary):
    """Returns the terms that a page defines in its glossary."""
    (block,) = re.findall(
        r"^:::\{glossary\}\n(.*?)^:::", glossary, re.M | re.S
    )
    return re.findall(r"^(\S.*)\n  ", block, re.MULTILINE)
