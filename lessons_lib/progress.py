"""How far a run is, and how long it will take. No widgets here."""

import time
from dataclasses import dataclass

SURE_S = 0.5
"""Seconds of training before an estimate is worth showing."""


@dataclass(frozen=True)
class Progress:
    """How far a run is, over all its seeds.

    Attributes:
        total: Epochs in all.
        done: Epochs done, fractions included.
        left_s: Seconds left at the present pace; `None` as long as nobody can
            tell, and when nothing is left.
        waiting: What the run waits for before its first step, or `""`.
    """

    total: int
    done: float = 0.0
    left_s: float | None = None
    waiting: str = ""

    @property
    def text(self) -> str:
        """What a reader has to know of it; `""` for a run of moments."""
        if self.waiting:
            return self.waiting
        if self.left_s is None:
            return ""
        now = min(int(self.done) + 1, self.total)
        return f"epoch {now} of {self.total}, about {_words(self.left_s)} left"


class Clock:
    """Estimates the time left from the pace since the first step.

    What comes before (a download, tracing, compiling) says nothing about it.

    Args:
        total: Epochs in all, over all seeds.
    """

    def __init__(self, total: int):
        self._total = total
        self._first: tuple[float, float] | None = None

    def waiting(self, text: str) -> Progress:
        """Returns the progress of a run that has not begun."""
        return Progress(self._total, waiting=text)

    def at(self, done: float) -> Progress:
        """Returns the progress at so many epochs."""
        now = time.monotonic()
        if self._first is None:
            self._first = now, done
        began, at_first = self._first
        left_s = None
        if now - began > SURE_S and at_first < done < self._total:
            left_s = (now - began) / (done - at_first) * (self._total - done)
        return Progress(self._total, done, left_s)


def _words(seconds):
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
