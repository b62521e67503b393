"""Makes questions that the page answers out of a chapter's "Predict first".

In a chapter a question is an admonition of the class `predict`. Its choices
are dropdowns, and each says first whether it is right. That is plain MyST, so
JupyterLab shows it as well. In the pages the question becomes a labelled
group, and each choice gets its verdict as a class, for `site.css`.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx_design.shared import is_component

VERDICTS = {"Right.": "predict-right", "Not quite.": "predict-wrong"}

logger = logging.getLogger(__name__)


class Question(nodes.General, nodes.Element):
    """A labelled group: a title, then choices."""


class Choice(nodes.General, nodes.Element):
    """A fold: an `Answer`, then why it is right or not."""


class Answer(nodes.General, nodes.TextElement):
    """What the reader chooses."""


def open_question(self, node):
    """Writes the start of a question."""
    label = {"aria-labelledby": node["label"]}
    self.body.append(self.starttag(node, "div", ROLE="group", **label))


def open_choice(self, node):
    """Writes the start of a choice."""
    self.body.append(self.starttag(node, "details"))


def open_answer(self, node):
    """Writes the start of an answer."""
    self.body.append(self.starttag(node, "summary", ""))


def closes(tag):
    """Returns a function that writes the end of a tag."""
    return lambda self, node: self.body.append(f"</{tag}>\n")


def verdict_of(choice):
    """Returns the bold words that an explanation starts with, or `""`."""
    for paragraph in choice.findall(nodes.paragraph):
        words = (each for each in paragraph.children if each.astext())
        first = next(words, None)
        return first.astext() if isinstance(first, nodes.strong) else ""
    return ""


def choice_of(fold):
    """Returns a dropdown as a `Choice`."""
    verdict = VERDICTS.get(verdict_of(fold))
    if not is_component(fold, "dropdown") or verdict is None:
        logger.warning(
            "a question holds dropdowns that start with %s in bold",
            " or ".join(VERDICTS),
            location=fold,
        )
    title, *why = fold.children
    return Choice(
        "",
        Answer("", "", *title.children),
        nodes.container("", *why, is_div=True, classes=["predict-why"]),
        classes=["predict-choice", verdict or ""],
    )


class MarkQuestions(SphinxPostTransform):
    """Turns each question of a page into a `Question` node."""

    default_priority = 190  # sphinx-design takes dropdowns apart at 199
    formats = ("html",)

    def run(self, **kwargs):
        """Runs once for each page."""
        boxes = [
            box
            for box in self.document.findall(nodes.admonition)
            if "predict" in box["classes"]
        ]
        for number, box in enumerate(boxes, start=1):
            label = f"predict-{number}"
            title, *folds = box.children
            heading = nodes.paragraph(
                "", "", *title.children, ids=[label], classes=["predict-title"]
            )
            made = Question(
                "",
                heading,
                *map(choice_of, folds),
                label=label,
                classes=["predict"],
            )
            box.replace_self(made)


def setup(app):
    """Is called by Sphinx."""
    app.add_node(Question, html=(open_question, closes("div")))
    app.add_node(Choice, html=(open_choice, closes("details")))
    app.add_node(Answer, html=(open_answer, closes("summary")))
    app.add_post_transform(MarkQuestions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
