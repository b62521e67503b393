"""How much work one call into TensorFlow takes on before it answers."""

CALL_S = 0.1
"""Seconds that a call should take: Stop and progress wait no longer."""
MOST_GROWTH = 10
"""A quick call may have been luck: the next one is at most so much longer."""


class Pace:
    """How many steps to take at a time, learned from the calls before.

    The first call takes a single step, since a step can also mean seconds of
    compiling.

    Attributes:
        steps: For the next call.
    """

    def __init__(self):
        self.steps = 1

    def learn(self, steps: int, seconds: float) -> None:
        """Corrects the number of steps.

        Args:
            steps: How many a call took.
            seconds: How long they took.
        """
        fitting = int(steps * CALL_S / max(seconds, 1e-9))
        self.steps = max(1, min(fitting, MOST_GROWTH * steps))
