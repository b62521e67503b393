"""Slices of notebooks hold what a name needs, and nothing else."""

import pytest

from lessons_lib.slicing import names_used, needed, statements


def code(*sources):
    return [{"cell_type": "code", "source": [s]} for s in sources]


def slice_of(names, *sources):
    return [s.source for s in needed(names, statements(code(*sources)))]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = b + len(c)", {"b", "len", "c"}),
        ("a = 1\nb = a", set()),
        ("def f(x):\n    y = x\n    return y + z", {"z"}),
        ("[i * k for i in r]", {"k", "r"}),
        ("lambda q: q(p)", {"p"}),
        ("class A(B):\n    def m(self):\n        return g", {"B", "g"}),
        ("for i in r:\n    print(i)", {"r", "print"}),
    ],
)
def test_names_that_code_reads_from_outside(source, expected):
    assert names_used(source) == expected


@pytest.mark.parametrize(
    ("source", "binds", "uses"),
    [
        ("[i for i in r]", set(), {"r"}),
        ("d = {k: v + k for k, v in r.items() if k}", {"d"}, {"r"}),
        ("for i in r:\n    a, *b = i", {"i", "a", "b"}, {"r", "i"}),
        ("def f(x=d):\n    return [x + i for i in r]", {"f"}, {"d", "r"}),
        ("a[i] = b", set(), {"a", "i", "b"}),
        ("import m.n", {"m"}, set()),
    ],
)
def test_inner_scopes_keep_their_names(source, binds, uses):
    (statement,) = statements(code(source))

    assert (statement.binds, statement.uses) == (binds, uses)


def test_names_are_followed_back_to_what_they_need():
    kept = slice_of({"c"}, "a = 1\nunused = 2", "b = a", "c = b")

    assert kept == ["a = 1", "b = a", "c = b"]


def test_the_last_value_before_the_use_counts():
    kept = slice_of({"b"}, "a = 1", "a = 2\nb = a", "a = 3")

    assert kept == ["a = 2", "b = a"]


def test_an_import_comes_alone():
    kept = slice_of({"np"}, "import numpy as np, os\nfrom m import np2")

    assert kept == ["import numpy as np"]


@pytest.mark.parametrize(
    "change",
    ["a.append(1)", "a[0] = 1", "a.x = 1", "a += [1]",
     "for i in range(3):\n    a.append(i)"],
)  # fmt: skip
def test_changes_in_place_are_kept(change):
    assert slice_of({"a"}, "a = []\nb = []", change, "b.append(2)") == [
        "a = []",
        change,
    ]


def test_seeds_stay_before_what_they_seed():
    cell = "import k\nk.utils.set_random_seed(0)\na = k.draw()"
    after = "b = 1\nk.utils.set_random_seed(1)"

    assert slice_of({"a", "b"}, cell, after) == [
        "import k", "k.utils.set_random_seed(0)", "a = k.draw()", "b = 1",
    ]  # fmt: skip


def test_comments_above_and_beside_stay():
    source = "# why\na = f(\n    1\n)  # fmt: skip\nb = 2"

    assert slice_of({"a"}, source) == ["# why\na = f(\n    1\n)  # fmt: skip"]


def test_decorated_functions_are_whole():
    source = "from functools import cache\n\n\n@cache\ndef f(x):\n    return x"

    assert slice_of({"f"}, source) == [
        "from functools import cache",
        "@cache\ndef f(x):\n    return x",
    ]


def test_markdown_and_unknown_names_are_left_alone():
    cells = [{"cell_type": "markdown", "source": ["a = 1"]}]

    assert needed({"a", "print"}, statements(cells)) == []
