"""Keeps the state of live widgets out of the pages.

MyST-NB writes it into every page that a widget was shown on, several hundred
kilobytes that only widget scripts could read; the pages load none.
"""

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def drop(app, pagename, templatename, context, doctree):
    """Takes the widget state out of a page's scripts."""
    context["script_files"] = [
        script
        for script in context.get("script_files", [])
        if getattr(script, "attributes", {}).get("type") != WIDGET_STATE
    ]


def setup(app):
    """Is called by Sphinx."""
    app.connect("html-page-context", drop, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
