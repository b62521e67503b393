"""The static face: what a panel leaves in the page for `web/` to animate.

Python hands over one `<div>` with JSON and a picture. The picture stays for
readers without JavaScript and on paper.
"""

import html
import io
import json
import re
from typing import Any

INK = "#222222"
"""The colour of text and axes in `lessons.mplstyle`; the page's own in SVG."""

DARK_COLOURS = {
    "#0072b2": ("--knob-training", "#56b4e9"),
    "#d55e00": ("--knob-validation", "#ff9a52"),
    "#00795a": ("--knob-series-1", "#2fc49a"),
    "#a8447f": ("--knob-series-2", "#e39ac4"),
    "#8a6d00": ("--knob-series-3", "#e0c04a"),
    "#7b7f9e": ("--knob-ghost", "#9a9fc0"),
}
"""Of each colour in `lessons.mplstyle`: its name in `web/src/style.css`, and
the colour that stands there for it on dark pages."""

MOST_FRAMES = 60
"""More pre-rendered positions than this make a page heavy."""


def svg(figure: Any) -> str:
    """Returns a matplotlib figure as SVG to stand inside a page.

    It is transparent, takes the page's colours and width, and draws text as
    text.
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": "turn-the-knob"}
    ):
        figure.savefig(
            buffer, format="svg", transparent=True, metadata={"Date": None}
        )
    text = buffer.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    for colour, (name, _) in DARK_COLOURS.items():
        text = text.replace(f": {colour}", f": var({name}, {colour})")
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    # Formulas name one font alone, without which browsers take a serif one.
    text = text.replace(
        "font-family: 'DejaVu Sans';",
        "font-family: 'DejaVu Sans', sans-serif;",
    )
    # The first width and height are the figure's, in points; its viewBox
    # keeps the proportions.
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    return re.sub(
        r'(<svg[^>]*?) height="[^"]*"', r'\1 width="100%"', text, count=1
    )


def explorer_html(name: str | None, title: str, picture: str, alt: str) -> str:
    """Returns an explorer's place in the page.

    Args:
        name: Of the recorded sweep, `runs/<name>.json` beside the page; `None`
            leaves the picture alone.
        title: What the panel is about.
        picture: SVG of the baseline.
        alt: What the picture shows, in a sentence.
    """
    if name is None:
        return (
            f'<div class="knob-explorer">{_figure(picture, title, alt)}</div>'
        )
    spec = {
        "format": 1,
        "kind": "explorer",
        "name": name,
        "title": title,
        "runs": f"runs/{name}.json",
        "alt": alt,
    }
    return _place(name, spec, _figure(picture, title, alt))


def waiting_html(title: str, data: str) -> str:
    """Returns what a page says of a panel that only a kernel can fill.

    Args:
        title: The panel's; may be empty.
        data: The title of the data set that has to be downloaded.
    """
    return (
        '<div class="admonition note">'
        f'<p class="admonition-title">{html.escape(title or data)}</p>'
        f"<p>This panel trains on {html.escape(data)}, which are downloaded "
        "first. Open this chapter in JupyterLab to train it.</p></div>"
    )


def demo_html(
    name: str,
    title: str,
    controls: list[dict[str, Any]],
    frames: list[str],
    captions: list[str],
) -> str:
    """Returns a demo's place in the page, with all its positions.

    Args:
        name: A name for links, unique in the page.
        title: What the demo is about.
        controls: As `Control.as_dict` returns them.
        frames: SVG of every position, the last control varying fastest.
        captions: One sentence for each frame.

    Raises:
        ValueError: There are more than `MOST_FRAMES` positions, or not one
            frame and caption for each.
    """
    positions, first = 1, 0
    for control in controls:
        positions *= len(control["values"])
        first = first * len(control["values"]) + control["default"]
    if positions > MOST_FRAMES:
        raise ValueError(
            f"A demo's page holds at most {MOST_FRAMES} positions. "
            f"Received: {positions}"
        )
    if not len(frames) == len(captions) == positions:
        raise ValueError(
            f"`frames` and `captions` must be {positions} each. "
            f"Received: {len(frames)} and {len(captions)}"
        )
    spec = {
        "format": 1,
        "kind": "demo",
        "name": name,
        "title": title,
        "controls": controls,
        "frames": frames,
        "captions": captions,
    }
    return _place(name, spec, _figure(frames[first], title, captions[first]))


def _place(name, spec, figure):
    # "<" is escaped, so that nothing in the JSON can end the script.
    text = json.dumps(spec, ensure_ascii=False, allow_nan=False).replace(
        "<", "\\u003c"
    )
    return (
        f'<div class="knob-explorer" id="explorer-{html.escape(name)}">'
        f'<script type="application/json" class="knob-spec">{text}</script>'
        f"{figure}</div>"
    )


def _figure(picture, title, alt):
    label = html.escape(alt, quote=True)
    picture = picture.replace(
        "<svg", f'<svg role="img" aria-label="{label}"', 1
    )
    # On paper and without JavaScript, the caption is all that speaks.
    return (
        f'<figure class="knob-picture">{picture}'
        f"<figcaption>{html.escape(title)}"
        f'<span aria-hidden="true">{html.escape(alt)}</span>'
        "</figcaption></figure>"
    )
