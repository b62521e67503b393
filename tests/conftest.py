"""Fixtures of several test files; what they need is imported late."""

import pytest
from hypothesis import HealthCheck, settings

# The same examples each time, however slow the machine;
# `--hypothesis-profile=default` draws others.
settings.register_profile(
    "same",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same")


@pytest.fixture
def trained(monkeypatch):
    """Lists the experiments that panels train from now on."""
    from panel_moves import watch_training

    return watch_training(monkeypatch)


@pytest.fixture
def runs(monkeypatch):
    """Lists the experiments that sweeps train from now on."""
    from sweep_cases import collect_runs

    return collect_runs(monkeypatch)


@pytest.fixture(scope="session")
def recorded():
    """A small sweep, recorded once."""
    from sweep_cases import ASKED, GRID, TINY

    from lessons_lib.sweep import sweep

    return sweep(TINY, GRID, **ASKED)
