"""What the front page takes from the chapters: nothing is written twice.

`{chapter-map}` lists them as their first cells describe them, and
`{chapter-panel} depth depth_digits` shows an explorer of a chapter by name.
"""

from pathlib import Path

from chapters import read_cards, table_of_contents
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)


class ChapterMap(SphinxDirective):
    """The chapters in order: question, minutes, and what to read first."""

    def run(self):
        """Returns one numbered list."""
        toc = Path(self.env.srcdir) / "_toc.yml"
        self.env.note_dependency(str(toc))
        listed = nodes.enumerated_list(
            enumtype="arabic", classes=["chapter-map"]
        )
        for card in read_cards(toc):
            self.env.note_dependency(f"book/{card.name}.ipynb")
            first = f"Read first: {card.read_first}." if card.needs else ""
            text = (
                f"**[{card.title}]({card.name}.ipynb)**\n\n{card.question}\n\n"
                f"{card.minutes} minutes. {first or 'Start here.'}"
            )
            item = nodes.list_item()
            lines = StringList(text.splitlines(), source=str(toc))
            self.state.nested_parse(lines, self.content_offset, item)
            listed += item
        return [listed]


class PanelOf(nodes.General, nodes.Element):
    """The place of a chapter's explorer."""


class ChapterPanel(SphinxDirective):
    """An explorer of a chapter, with the runs recorded for it."""

    required_arguments = 2

    def run(self):
        """Returns its place, to be filled when all pages are read."""
        toc = Path(self.env.srcdir) / "_toc.yml"
        chapter, name = self.arguments
        page = f"book/{chapter}"
        if page not in table_of_contents(toc):
            raise self.error(
                f"chapter-panel must name a chapter of {toc.name}. "
                f"Received: {chapter!r}"
            )
        return [PanelOf(page=page, panel=name)]


class FillPanels(SphinxPostTransform):
    """Copies each explorer out of its executed chapter."""

    default_priority = 5  # before MyST-NB chooses among a cell's outputs

    def run(self, **kwargs):
        """Runs once for each page."""
        for place in list(self.document.findall(PanelOf)):
            chapter = self.env.get_doctree(place["page"])
            start = '<div class="knob-explorer" id="explorer-{panel}">'
            panels = [
                raw.deepcopy()
                for raw in chapter.findall(nodes.raw)
                if raw.astext().startswith(start.format(**place.attributes))
            ]
            if not panels:
                logger.warning(
                    "%(page)s shows no explorer of the name %(panel)s",
                    place.attributes,
                )
            place.replace_self(panels[:1])


def setup(app):
    """Is called by Sphinx."""
    app.add_directive("chapter-map", ChapterMap)
    app.add_directive("chapter-panel", ChapterPanel)
    app.add_post_transform(FillPanels)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
