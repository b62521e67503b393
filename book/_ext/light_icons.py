"""Leaves the icons that no page shows out of the theme's icon fonts.

Font Awesome draws some two thousand icons, and every page fetches them all to
show two dozen.
"""

import re
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
NAME = re.compile(r"\bfa-[a-z0-9-]+")
CHARACTER = re.compile(r"\\([0-9a-f]{2,6})|([\ue000-\uf8ff])")
"""Icons have code points for private use; a style names or holds them."""
FONTS = "_static/vendor/fontawesome/webfonts/*.woff2"
DRAWS_ALL = "fontawesome.js"
"""The theme's other way to draw icons, which no page of this book loads."""


def shown_icons(site: Path) -> set[int]:
    """Returns the code points of all icons that a site may show.

    An icon's name stands in a page, or in a script that puts it there. A style
    that is not of an icon's own class shows its icon wherever it applies.

    Args:
        site: The folder of the built pages.
    """
    names = set()
    for path in [*site.rglob("*.html"), *site.rglob("*.js")]:
        if path.name != DRAWS_ALL:
            names |= set(NAME.findall(path.read_text(encoding="utf-8")))
    points = set()
    for path in site.rglob("*.css"):
        for selector, body in RULE.findall(path.read_text(encoding="utf-8")):
            classes = set(NAME.findall(selector))
            if not classes or classes & names:
                points |= {
                    int(named, 16) if named else ord(held)
                    for named, held in CHARACTER.findall(body)
                }
    return points


def lighten(font: Path, points: set[int]) -> None:
    """Rewrites a WOFF2 font with nothing but some of its characters.

    Args:
        font: The file.
        points: Code points to keep; others than the font's do no harm.
    """
    options = Options(flavor="woff2", ignore_missing_unicodes=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    with load_font(str(font), options) as whole:
        subsetter.subset(whole)
        save_font(whole, str(font), options)


def finish(app, exception):
    """Goes over the icon fonts of a built site."""
    if exception is None and app.builder.format == "html":
        points = shown_icons(Path(app.outdir))
        for font in Path(app.outdir).glob(FONTS):
            lighten(font, points)


def setup(app):
    """Is called by Sphinx."""
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
