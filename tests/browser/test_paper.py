"""The built site on paper: whole, clean, and on a white ground."""

import pytest
from checks import next_frame
from test_site import CHAPTERS

each_chapter = pytest.mark.parametrize("name", CHAPTERS)

NOT_ON_PAPER = (
    "button, input, select, .knob-panel, .bd-sidebar-primary, "
    ".bd-sidebar-secondary, .bd-header, .bd-header-article, "
    ".prev-next-footer, .bd-footer, .headerlink, #jb-print-toc"
)
ON_PAPER = (
    ".knob-picture, .predict-why, .sd-dropdown .sd-summary-content, "
    ".tag_solution .cell_input, .tag_solution .cell_output"
)
WHOLE = ".bd-article img, .knob-picture svg, .cell_input, .predict-choice"


@each_chapter
def test_a_chapter_prints_whole_and_clean(open_page, site, name):
    page = open_page(f"{site}/book/{name}.html")
    page.emulate_media(media="print")
    next_frame(page)

    for element in page.locator(NOT_ON_PAPER).all():
        assert not element.is_visible(), element.evaluate("e => e.outerHTML")
    shown = page.locator(ON_PAPER)
    assert shown.count() > 5
    for element in shown.all():
        assert element.is_visible(), element.evaluate("e => e.outerHTML")
    breaks = page.locator(WHOLE).evaluate_all(
        "all => all.map(one => getComputedStyle(one).breakInside)"
    )
    assert set(breaks) == {"avoid"}
    for figure in page.locator(".knob-picture").all():
        picture = figure.get_by_role("img").first
        verdict = picture.get_attribute("aria-label")
        assert verdict in figure.locator("figcaption").inner_text()


def test_a_dark_page_prints_in_light(open_page, site):
    page = open_page(f"{site}/book/dropout.html", color_scheme="dark")
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    page.evaluate(
        f"addEventListener('beforeprint', () => window.printed = {theme})"
    )

    assert page.pdf().startswith(b"%PDF")

    assert page.evaluate("window.printed") == "light"
    assert page.evaluate(theme) == "dark"


def test_paper_names_the_address_of_a_foreign_link(open_page, site):
    page = open_page(f"{site}/book/references.html")
    cited = page.locator(".citation a.external")
    cited.first.evaluate(
        """a => a.closest(".bd-article").prepend(a.cloneNode(true))"""
    )
    page.emulate_media(media="print")

    after = "a => getComputedStyle(a, '::after').content"
    foreign = page.locator(".bd-article > a.external")
    address = foreign.get_attribute("href")
    assert foreign.evaluate(after) == f'" ({address})"'
    assert cited.first.evaluate(after) == "none"


def test_tests_of_paper_can_fail(open_page, site):
    page = open_page(f"{site}/book/dropout.html")

    # On the screen, the same elements are the other way round.
    assert page.locator(".knob-panel").first.is_visible()
    assert not page.locator(".predict-why").first.is_visible()
    assert not page.locator(".knob-picture").first.is_visible()
