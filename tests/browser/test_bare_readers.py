"""Readers whose browser lacks something: fonts, an English system."""

import pytest
from checks import (
    PHONE,
    check_no_overflow,
    check_panels_take_over,
    check_sliders_answer_to_keys,
    next_frame,
    wait_for_panels,
)
from conftest import ROOT
from static_page import write_page

SITE = ROOT / "_build" / "html"


@pytest.fixture(scope="module")
def url(serve, web_dist, tmp_path_factory):
    """Returns the address of a page with an explorer and a demo."""
    folder = tmp_path_factory.mktemp("page")
    write_page(folder, web_dist)
    return f"{serve(folder)}/index.html"


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_without_web_fonts_a_chapter_works(open_page, serve, viewport):
    if not (SITE / "index.html").is_file():
        pytest.fail("The site is not built. Build it: make book")
    options = {"viewport": viewport} if viewport else {}
    page = open_page("about:blank", wait=False, **options)
    blocked = []

    def block(route):
        if route.request.resource_type == "font":
            blocked.append(route.request.url)
            return route.abort()
        return route.continue_()

    page.route("**/*", block)
    page.goto(f"{serve(SITE)}/book/learning_rate.html")
    page.locator("mjx-container").first.wait_for()

    wait_for_panels(page)
    check_panels_take_over(page)
    check_sliders_answer_to_keys(page)
    check_no_overflow(page)
    assert any("mathjax" in address for address in blocked)
    formula = page.locator("mjx-container").first
    assert formula.locator("mjx-assistive-mml").inner_text().strip()


def words(page):
    """Returns what the panels say, with every fold open and a run pinned."""
    page.get_by_role("button", name="Pin this run").first.click()
    for summary in page.locator(".knob-numbers summary").all():
        summary.click()
    page.locator(".knob-table").first.wait_for()
    next_frame(page)
    shown = ".knob-charts, .knob-numbers, .knob-provenance, .knob-verdict"
    return page.locator(shown).all_inner_texts(), [
        slider.get_attribute("aria-valuetext")
        for slider in page.get_by_role("slider").all()
    ]


def test_a_german_browser_shows_the_same_numbers(open_page, url):
    english = words(open_page(url, locale="en-US"))

    german = words(open_page(url, locale="de-DE"))

    assert german == english
    assert "0.1" in english[1]
