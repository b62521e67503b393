"""The table of pinned runs: settings and results, to read and to take away."""

import csv
import html
import io
import math
from typing import Any
from urllib.parse import quote

from lessons_lib.controls import Control
from lessons_lib.history import summarize
from lessons_lib.results import Result


def result_rows(
    results: list[Result], controls: tuple[Control, ...]
) -> list[dict[str, Any]]:
    """Returns settings and medians of results, one row each, for a table."""
    rows = []
    for result in results:
        experiment = result.experiment
        row = {"run": result.number}
        for control in controls:
            value = getattr(experiment, control.name)
            row[control.name] = control.texts[control.index(value)]
        row["data"] = experiment.dataset
        row["seed"] = experiment.seed
        row["seeds"] = result.seeds
        row["epochs"] = max(len(h["loss"]) for h in result.histories)
        for metric in result.histories[0]:
            median, _, _ = summarize(result.histories, metric)
            row[metric] = float(median[-1])
        row["verdict"] = result.verdict.status
        rows.append(row)
    return rows


def as_csv(rows: list[dict[str, Any]]) -> str:
    """Returns rows as CSV text with a header line."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_table(rows: list[dict[str, Any]]) -> str:
    """Returns rows as an HTML table, with the CSV to download below it."""
    if not rows:
        return ""
    heads = "".join(_tagged("th", _words(name)) for name in rows[0])
    lines = "".join(
        f"<tr>{''.join(_tagged('td', _cell(v)) for v in row.values())}</tr>"
        for row in rows
    )
    link = f"data:text/csv;charset=utf-8,{quote(as_csv(rows))}"
    return (
        '<div style="overflow-x:auto;line-height:1.5">'
        '<table style="border-collapse:collapse">'
        '<caption style="text-align:left;font-weight:bold;white-space:nowrap">'
        f"Pinned runs, medians over seeds</caption><tr>{heads}</tr>{lines}"
        f'</table></div><a download="runs.csv" href="{link}" '
        'style="text-decoration:underline">Download as CSV</a>'
    )


def _tagged(tag, text):
    style = "padding:2px 8px;text-align:right;border-bottom:1px solid #8886"
    return f'<{tag} style="{style}">{html.escape(text)}</{tag}>'


def _words(name):
    return name.replace("val_", "validation ").replace("_", " ")


def _cell(value):
    if isinstance(value, float):
        return "diverged" if math.isnan(value) else f"{value:.3g}"
    return str(value)
