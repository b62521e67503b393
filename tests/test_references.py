"""The references agree with themselves; and each check of that can fail."""

import json
import re
from pathlib import Path

import pytest
import reference_checks
from reference_checks import cited_keys, is_address, read_entries, repeated

ROOT = Path(__file__).parents[1]
CHECKS = {
    name.removeprefix("check_"): check
    for name, check in vars(reference_checks).items()
    if name.startswith("check_")
}


def pages():
    """Returns the text of every page that may cite or link, by its path."""
    texts = {
        path: path.read_text(encoding="utf-8")
        for path in (ROOT / "README.md", *sorted((ROOT / "book").glob("*.md")))
    }
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found = ["".join(c["source"]) for c in cells]
        texts[path] = "\n".join(found)
    return texts


ENTRIES = read_entries(ROOT / "book" / "references.bib")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["key"])
@pytest.mark.parametrize("check", CHECKS)
def test_entry(check, entry):
    assert CHECKS[check](entry), entry


def test_what_is_cited_exists_and_what_exists_is_cited():
    assert cited_keys(pages().values()) == {entry["key"] for entry in ENTRIES}


@pytest.mark.parametrize("name", ["title", "doi", "eprint", "url"])
def test_no_two_entries_are_of_one_paper(name):
    assert repeated(ENTRIES, name) == []


def test_links_of_the_pages_are_addresses():
    found = {
        (path.name, url)
        for path, text in pages().items()
        for url in re.findall(r"https?:[^\s)\"'`<>]*", text)
        if not re.match(r"http://(127\.0\.0\.1|localhost)\b", url)
        and not re.match(r"https://[A-Z-]+/", url)  # to be filled in
    }

    assert found
    assert [link for link in found if not is_address(link[1])] == []


# --- the checks themselves --------------------------------------------------

BY_KEY = {entry["key"]: entry for entry in ENTRIES}


@pytest.mark.parametrize(
    ("check", "key", "changes"),
    [
        ("fields", "goh2017", {"journal": None}),
        ("fields", "choi2019", {"eprint": None}),
        ("fields", "goodfellow2016", {"title": ""}),
        ("key", "cohen2021", {"year": 2020}),
        ("key", "cohen2021", {"key": "kaur2021"}),
        ("pages", "he2016", {"pages": "770-778"}),
        ("pages", "he2016", {"pages": "778--770"}),
        ("arxiv", "cohen2021", {"eprint": "2113.00065"}),
        ("arxiv", "cohen2021", {"eprint": "2103.0065"}),
        ("arxiv", "saxe2014", {"eprint": "1312.06120"}),
        ("arxiv", "cohen2021", {"eprint": "2203.00065"}),
        ("arxiv", "cohen2021", {"eprint": "1703.00065"}),
        ("arxiv", "choi2019", {"year": 2020}),
        ("arxiv", "cohen2021", {"archiveprefix": None}),
        ("arxiv", "cohen2021", {"eprint": None}),
        ("doi", "he2016", {"doi": "https://doi.org/10.1109/CVPR.2016.90"}),
        ("doi", "he2016", {"doi": "10.1016/CVPR.2016.90"}),
        ("doi", "he2016", {"doi": "10.9999/CVPR.2016.90"}),
        ("url", "dozat2016", {"url": "http://openreview.net/forum"}),
        ("url", "dozat2016", {"url": "https://openreview"}),
        ("volume", "duchi2011", {"volume": "13"}),
        ("volume", "wager2013", {"volume": "27"}),
        ("volume", "ioffe2015", {"volume": "38"}),
        ("volume", "ioffe2015", {"year": 2016}),
        ("volume", "gal2016", {"volume": "49", "year": 2017}),
    ],
)
def test_a_check_finds_what_is_wrong(check, key, changes):
    entry = BY_KEY[key] | changes
    entry = {name: value for name, value in entry.items() if value is not None}

    assert not CHECKS[check](entry)


def test_a_wrong_number_of_the_conference_is_found():
    entry = BY_KEY["ioffe2015"]
    wrong = entry["booktitle"].replace("32nd", "33rd")

    assert not CHECKS["volume"](entry | {"booktitle": wrong})


def test_citations_are_read_from_both_roles():
    text = "{cite:t}`a2001` and {cite:p}`b2002, c2003`, not `d2004`"

    assert cited_keys([text]) == {"a2001", "b2002", "c2003"}


def test_the_same_title_in_other_letters_is_repeated():
    entries = [{"title": "{Adam}: A Method"}, {"title": "Adam: a method"}]

    assert repeated(entries, "title") == ["adamamethod"]
