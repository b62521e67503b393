"""What a reader does with the built site: choose, begin, search."""

import gzip
from itertools import pairwise

import pytest
from checks import (
    DESKTOP,
    PHONE,
    check_accessible,
    check_panels_take_over,
    check_sliders_answer_to_keys,
)
from test_site import CHAPTERS

each_chapter = pytest.mark.parametrize("name", CHAPTERS)

FIRST_LOAD_BYTES = 1_000_000
"""Of the front page, each file gzipped, before the first interaction."""


def away(requests, address):
    """Returns the requests that leave the page's own host."""
    host = address.split("/")[2]
    return [
        url
        for url in requests
        if not url.startswith(("data:", "blob:")) and url.split("/")[2] != host
    ]


# --- predict first ----------------------------------------------------------


@each_chapter
def test_a_choice_answers_to_the_keyboard(open_page, site, name):
    page = open_page(f"{site}/book/{name}.html", wait=False)
    questions = page.locator(".predict")

    assert questions.count() in (1, 2)
    for question in questions.all():
        title = question.locator(".predict-title").inner_text()
        group = page.get_by_role("group", name=title, exact=True)
        assert group.count() == 1
        verdicts = []
        for choice in question.locator("details").all():
            why = choice.locator(".predict-why")
            assert not why.is_visible()
            choice.locator("summary").focus()
            page.keyboard.press("Enter")
            assert why.is_visible()
            verdicts.append(why.locator("strong").first.inner_text())
        assert 3 <= len(verdicts) <= 4
        assert verdicts.count("Right.") == 1
        assert verdicts.count("Not quite.") == len(verdicts) - 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["learning_rate", "initialization"])
def test_choices_are_accessible(open_page, site, axe, name, theme):
    page = open_page(
        f"{site}/book/{name}.html", wait=False, color_scheme=theme
    )
    check_accessible(page, axe, ".predict")
    for choice in page.locator(".predict summary").all():
        choice.click()
    check_accessible(page, axe, ".predict")


def test_right_and_wrong_differ_by_more_than_colour(open_page, site):
    page = open_page(f"{site}/book/dropout.html", wait=False)
    looks = {}
    for kind in ("right", "wrong"):
        choice = page.locator(f".predict-{kind}").first
        choice.locator("summary").click()
        looks[kind] = choice.evaluate(
            """choice => [
                getComputedStyle(choice).borderLeftStyle,
                getComputedStyle(choice).borderLeftColor,
                getComputedStyle(choice.firstElementChild, "::before").content,
            ]"""
        )

    for right, wrong in zip(looks["right"], looks["wrong"], strict=True):
        assert right != wrong


def test_choices_fit_a_thumb_and_need_no_script(open_page, site):
    page = open_page(
        f"{site}/book/dropout.html",
        wait=False,
        viewport=PHONE,
        has_touch=True,
        java_script_enabled=False,
    )
    for choice in page.locator(".predict-choice").all():
        summary = choice.locator("summary")
        assert summary.bounding_box()["height"] >= 44
        summary.tap()
        assert choice.locator(".predict-why").is_visible()


# --- the front page ---------------------------------------------------------


def test_the_front_page_has_a_working_explorer(open_page, site, axe):
    page = open_page(f"{site}/book/index.html")

    assert page.locator(".knob-panel").count() == 1
    check_panels_take_over(page)
    check_sliders_answer_to_keys(page)
    check_accessible(page, axe)
    check_accessible(page, axe, ".bd-article")


def test_the_map_leads_to_every_chapter(open_page, site):
    page = open_page(f"{site}/book/index.html")
    titles = page.locator(".chapter-map > li > p:first-child a")
    links = titles.evaluate_all("all => all.map(one => one.href)")
    names = [link.rpartition("/")[2].removesuffix(".html") for link in links]

    assert sorted(names) == CHAPTERS
    for card in page.locator(".chapter-map > li").all():
        assert "minutes." in card.inner_text()
        assert "?" in card.inner_text()
    title = titles.first.inner_text()
    titles.first.click()
    page.wait_for_url(links[0])
    assert page.locator(".bd-article h1").inner_text().startswith(title)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_cards_of_the_map_do_not_overlap(open_page, site, viewport):
    page = open_page(f"{site}/book/index.html", viewport=viewport)
    boxes = [
        card.bounding_box() for card in page.locator(".chapter-map > li").all()
    ]

    columns = {round(box["x"]) for box in boxes}
    assert len(columns) == (1 if viewport is PHONE else 2)
    for column in columns:
        stack = sorted(
            (box["y"], box["y"] + box["height"])
            for box in boxes
            if round(box["x"]) == column
        )
        for (_, end), (start, _) in pairwise(stack):
            assert start >= end


def test_the_front_page_is_light(open_page, site):
    page = open_page("about:blank", wait=False)
    bodies = {}
    page.on(
        "requestfinished",
        lambda request: bodies.update({request.url: request.response()}),
    )
    page.goto(f"{site}/book/index.html", wait_until="networkidle")

    sizes = {
        url: len(gzip.compress(response.body()))
        for url, response in bodies.items()
    }
    assert any(url.endswith("learning_rate_moons.json") for url in sizes)
    assert sum(sizes.values()) <= FIRST_LOAD_BYTES, sizes


# --- search -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("sharpness", "learning_rate"),
        ("interpolation threshold", "width"),
        ("proximal", "l1_l2"),
        ("embedding", "lstm"),
    ],
)
def test_search_finds_the_chapter(open_page, site, word, name):
    page = open_page("about:blank", wait=False)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{site}/book/index.html")

    page.keyboard.press("Control+K")
    field = page.locator("input[type=search]:visible").first
    field.fill(word)
    field.press("Enter")
    page.wait_for_url("**/search.html?*")
    found = page.locator(f"#search-results li a[href*='book/{name}.html']")
    found.first.click()

    page.wait_for_url(f"**/book/{name}.html*")
    assert word in page.locator(".bd-article").inner_text().lower()
    assert requests
    assert away(requests, site) == []


def test_search_says_when_there_is_nothing(open_page, site):
    page = open_page(f"{site}/search.html?q=xylophone", wait=False)

    page.get_by_text("did not match any documents").wait_for()
    assert page.locator("#search-results li").count() == 0
