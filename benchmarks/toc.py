"""The chapters in the order of the book."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]


def notebooks() -> list[Path]:
    """Returns the chapters in the order of the table of contents."""
    text = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    paths = [ROOT / f"{name}.ipynb" for name in _files(yaml.safe_load(text))]
    return [path for path in paths if path.is_file()]


def _files(entry):
    """Yields the files that a part of the table of contents names, in order.

    Args:
        entry: What stands in `_toc.yml`: lists and mappings inside others.
    """
    if isinstance(entry, list):
        for each in entry:
            yield from _files(each)
    elif isinstance(entry, dict):
        for key, value in entry.items():
            if key == "file":
                yield value
            else:
                yield from _files(value)
