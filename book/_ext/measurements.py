"""Shows what `make bench` measured of each chapter: nothing is copied by hand.

`{chapter-measurements}` reads `benchmarks/results.json` while the page is
rendered.
"""

import json
from pathlib import Path
from statistics import median

from chapters import read_cards
from sphinx.util.docutils import SphinxDirective

NOT_MEASURED = "–"
HEAD = """\
| chapter | time (s) | memory (MB) | page (kB) | retrain (s) |
| :-- | --: | --: | --: | --: |"""


class ChapterMeasurements(SphinxDirective):
    """A table with one row for each chapter, and when it was measured."""

    def run(self):
        """Returns the table and one line for each measurement's date."""
        root = Path(self.env.srcdir)
        path = root / "benchmarks" / "results.json"
        self.env.note_dependency(str(path))
        try:
            results = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise self.error(
                "chapter-measurements needs benchmarks/results.json, which "
                f"'make bench' writes. Received: {error}"
            ) from error
        cards = read_cards(root / "_toc.yml")
        titles = {card.name: card.title for card in cards}
        text = "\n".join([*table(results, titles), "", *sources(results)])
        return self.parse_text_to_nodes(text)


def table(results: dict, titles: dict[str, str]) -> list[str]:
    """Returns the lines of a Markdown table.

    Args:
        results: Of `benchmarks/results.json`.
        titles: Of each chapter by the name of its notebook, in order.
    """
    values = {name: each["values"] for name, each in results.items()}
    executed = {row["name"]: row for row in values.get("chapters", ())}
    pages = {row["name"]: row for row in values.get("pages", ())}
    retrained = {}
    for row in values.get("retrain", ()):
        # A chapter's first explorer comes first.
        retrained.setdefault(row["chapter"], row)
    lines = [HEAD]
    for name, title in titles.items():
        cells = [
            f"[{title}]({name}.ipynb)",
            _cell(executed, name, lambda row: f"{row['seconds']:.0f}"),
            _cell(executed, name, lambda row: f"{row['peak']:.0f}"),
            _cell(pages, name, lambda row: f"{row['bytes'] / 1000:.0f}"),
            _cell(retrained, name, lambda row: f"{median(row['later']):.2f}"),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def sources(results: dict) -> list[str]:
    """Returns when and where the columns were measured, as Markdown items."""
    names = {
        "chapters": "Time and memory",
        "pages": "Page",
        "retrain": "Retrain",
    }
    lines = []
    for name, columns in names.items():
        if name in results:
            machine = results[name]["machine"]
            lines.append(
                f"- {columns}: {machine['date']}, {machine['cores']} cores, "
                f"{machine['system']}, Python {machine['python']}, "
                f"Keras {machine['keras']}."
            )
    return lines


def _cell(rows, name, text):
    return text(rows[name]) if name in rows else NOT_MEASURED


def setup(app):
    """Is called by Sphinx."""
    app.add_directive("chapter-measurements", ChapterMeasurements)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
