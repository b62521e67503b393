"""Writes the page at the site's own address, which sends readers on.

The front page lies beside the chapters, in `book`. The page that the table of
contents would write has neither a title nor an icon: a browser that is quick
enough then asks the host for an icon that nobody has put there.
"""

from pathlib import Path

PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={front}">
<link rel="canonical" href="{front}">
<link rel="icon" href="_static/{icon}">
</head>
<body><a href="{front}">{title}</a></body>
</html>
"""


def write(app, exception):
    """Writes `index.html` beside the folder of the pages."""
    if exception is None and app.builder.format == "html":
        text = PAGE.format(
            language=app.config.language,
            title=app.config.html_title,
            front=app.builder.get_target_uri(app.config.root_doc),
            icon=Path(app.config.html_favicon).name,
        )
        (Path(app.outdir) / "index.html").write_text(text, encoding="utf-8")


def setup(app):
    """Is called by Sphinx."""
    app.connect("build-finished", write, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
