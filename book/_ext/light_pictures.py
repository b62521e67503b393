"""Makes the pictures of the pages lighter, to a third of their bytes.

A figure of lines and letters has few colours, so a table of 256 holds them
all. A picture that would look different keeps its own.
"""

from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = 256
SEEN = 2.0
"""Mean difference, of 255, from which on an eye might notice."""


def lighten(path: Path) -> bool:
    """Rewrites a PNG with a table of colours if that is as good, and less.

    Returns:
        Whether the file has become smaller.
    """
    with Image.open(path) as file:
        picture = file.convert("RGBA")
    table = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    before = np.asarray(picture, dtype=float)
    after = np.asarray(table.convert("RGBA"), dtype=float)
    if np.abs(before - after).mean(axis=(0, 1)).max() > SEEN:
        return False
    lighter = path.with_suffix(".light")
    table.save(lighter, "png", optimize=True)
    smaller = lighter.stat().st_size < path.stat().st_size
    if smaller:
        lighter.replace(path)
    else:
        lighter.unlink()
    return smaller


def finish(app, exception):
    """Goes over the pictures of a built site."""
    if exception is None and app.builder.format == "html":
        for path in Path(app.outdir, "_images").glob("*.png"):
            lighten(path)


def setup(app):
    """Is called by Sphinx."""
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
