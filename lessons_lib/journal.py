"""What a sweep has finished so far, safe from a kill."""

import json
import os
from pathlib import Path


class Journal:
    """The settings finished so far, one line each, beside the file to be.

    Args:
        path: The file to be, or `None` to keep nothing.
        asked: The `fingerprint`; a journal of another one is started anew.
    """

    def __init__(self, path, asked):
        self._path = None if path is None else Path(path)
        self._asked = asked

    @property
    def _partial(self):
        return self._path.with_name(self._path.name + ".partial")

    def read(self) -> dict[int, dict]:
        """Returns settings by position, and makes sure more can be written."""
        if self._path is None:
            return {}
        if self._path.is_dir():
            raise IsADirectoryError(f"`path` must be a file: {self._path}")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lines = []
        if self._partial.exists():
            text = self._partial.read_text(encoding="utf-8", errors="replace")
            lines = text.splitlines()
        done = {}
        if lines and lines[0] == self._asked:
            for line in lines[1:]:
                try:
                    index, setting = json.loads(line)
                except json.JSONDecodeError:
                    break  # the line that was being written when it was killed
                done[index] = setting
        text = "".join(f"{json.dumps(item)}\n" for item in done.items())
        write_whole(self._partial, f"{self._asked}\n{text}")
        return done

    def add(self, index: int, setting: dict) -> None:
        """Keeps a finished setting."""
        if self._path is None:
            return
        with self._partial.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps([index, setting])}\n")

    def finish(self, text: str) -> None:
        """Writes the file itself, whole or not at all."""
        write_whole(self._path, text)
        self._partial.unlink()


def write_whole(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
