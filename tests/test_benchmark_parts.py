"""The parts of the benchmarks: copies of the tree, servers, fair starts."""

import gzip
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from benchmarks import baselines, retrain
from benchmarks.book import fresh_tree, timed_make
from benchmarks.engine import KerasFit
from benchmarks.gzip_server import serving
from benchmarks.toc import ROOT, notebooks
from lessons_lib import Experiment

MAKEFILE = """\
.PHONY: right wrong
right:
\t@echo library in $$PYTHONPATH, $(MAKELEVEL)
wrong:
\t@echo this went wrong; exit 3
.venv/.installed: requirements.lock
\ttouch $@
web/node_modules/.package-lock.json:
\ttouch $@
"""


def test_every_notebook_of_the_book_is_measured():
    found = notebooks()

    assert {*found} == {*(ROOT / "book").glob("*.ipynb")}
    assert found[0].stem == "learning_rate"


@pytest.mark.parametrize("model", baselines.MODELS)
def test_each_architecture_is_that_of_a_chapter(model):
    architecture = baselines.baseline(model).architecture

    assert architecture == model.lower()
    assert f'"{baselines.explorer(model).name}"' in baselines.cell(model)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_reset_forgets_all_training(optimizer):
    experiment = Experiment(
        train_size=100, epochs=2, shuffle=False, optimizer=optimizer
    )
    keras = KerasFit(experiment)
    first = keras.fit()
    assert keras.fit() != first

    keras.reset()

    assert keras.fit() == first


def test_each_retrain_is_timed_as_often_as_asked():
    rows = retrain.measure(rounds=1, chapters=("learning_rate",))

    assert [(row["chapter"], row["name"]) for row in rows] == [
        ("learning_rate", "learning_rate"),
        ("learning_rate", "learning_rate_moons"),
    ]
    assert all(len(row["later"]) == 1 for row in rows)


def test_the_server_compresses_text_and_counts_what_it_sends(tmp_path):
    text, font = "a slider " * 1000, bytes(range(256)) * 40
    (tmp_path / "index.html").write_text(text)
    (tmp_path / "font.woff2").write_bytes(font)

    def ask(address):
        request = urllib.request.Request(
            address, headers={"Accept-Encoding": "gzip"}
        )
        with urllib.request.urlopen(request) as answer:
            return answer.headers["Content-Encoding"], answer.read()

    with serving(tmp_path) as (url, sent):
        encoding, body = ask(f"{url}/")
        assert encoding == "gzip"
        assert gzip.decompress(body).decode() == text
        assert ask(f"{url}/font.woff2") == (None, font)
        with pytest.raises(urllib.error.HTTPError, match="404") as failed:
            ask(f"{url}/missing.js")
        failed.value.close()

    assert sent == [len(body), len(font)]


@pytest.fixture
def checkout(tmp_path):
    """Returns a small checkout in which everything is installed."""
    root = tmp_path / "checkout"
    files = {
        "Makefile": MAKEFILE,
        "book/a page.md": "text",
        "gone.md": "text",
        "_build/html/index.html": "built",
        ".gitignore": "_build/\n.venv/\nnode_modules/\n",
        "requirements.lock": "",
        ".venv/.installed": "",
        "web/node_modules/.package-lock.json": "",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for arguments in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *arguments], cwd=root, check=True)
    (root / "gone.md").unlink()
    (root / "new.md").write_text("not committed yet")
    return root


def test_a_fresh_tree_holds_the_sources_and_shares_what_is_installed(checkout):
    with fresh_tree(checkout) as tree:
        names = sorted(path.name for path in tree.iterdir())
        assert names == [
            *(".gitignore", ".venv", "Makefile", "book", "new.md"),
            *("requirements.lock", "web"),
        ]
        assert (tree / "book" / "a page.md").read_text() == "text"
        for name in (".venv", "web/node_modules"):
            assert (tree / name).resolve() == checkout / name

    assert not tree.exists()
    assert (checkout / ".venv" / ".installed").exists()


def test_what_is_out_of_date_is_not_installed_from_a_copy(checkout):
    (checkout / ".venv" / ".installed").unlink()

    with (
        pytest.raises(RuntimeError, match="Run 'make book' first"),
        fresh_tree(checkout),
    ):
        pass


def test_make_is_timed_with_the_library_of_its_tree(checkout, monkeypatch):
    monkeypatch.setenv("MAKELEVEL", "7")

    seconds, output = timed_make(checkout, "right")

    assert seconds > 0
    assert output == f"library in {checkout}, 0\n"


def test_a_make_that_fails_shows_its_output(checkout):
    with pytest.raises(RuntimeError, match=r"(?s)make wrong.*this went wrong"):
        timed_make(checkout, "wrong")


def test_measuring_needs_the_built_site(tmp_path):
    code = (
        "import pathlib; from benchmarks.pages import measure; "
        f"measure(1, pathlib.Path({str(tmp_path)!r}))"
    )

    failed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONPATH": "tests/browser"},
        capture_output=True,
        text=True,
    )

    assert "The site is not built. Build it: make book" in failed.stderr
