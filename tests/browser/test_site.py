"""The built site, page by page, as readers open it."""

import re
from html.parser import HTMLParser

import pytest
from checks import (
    PHONE,
    check_accessible,
    check_no_overflow,
    check_panels_take_over,
    check_picture_without_javascript,
    check_sliders_answer_to_keys,
    check_stays_home,
    check_touch_targets,
)
from conftest import ROOT, SITE
from fontTools.ttLib import TTFont

PAGES = ["index", "instructors", "glossary", "measurements", "references"]
CHAPTERS = sorted(path.stem for path in (ROOT / "book").glob("*.ipynb"))


class Resources(HTMLParser):
    """Collects the addresses that a page loads by itself."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag in ("script", "img", "iframe", "source"):
            self.found.append(values.get("src"))
        if tag == "link" and values.get("rel") not in ("canonical", "license"):
            self.found.append(values.get("href"))


@pytest.mark.parametrize("name", PAGES + CHAPTERS)
def test_pages_name_no_resource_of_another_host(name):
    text = (SITE / "book" / f"{name}.html").read_text(encoding="utf-8")
    resources = Resources()

    resources.feed(text)

    assert resources.found
    away = [r for r in resources.found if r and re.match(r"(https?:)?//", r)]
    assert away == []


class Icons(HTMLParser):
    """Collects the icons that a page names for itself."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "link" and "icon" in values.get("rel", "").split():
            self.found.append(values["href"])


@pytest.mark.parametrize(
    "page",
    [*SITE.glob("*.html"), *SITE.glob("book/*.html")],
    ids=lambda page: page.stem,
)
def test_no_page_lets_the_browser_ask_for_an_icon(page):
    icons = Icons()

    icons.feed(page.read_text(encoding="utf-8"))

    assert icons.found
    assert all((page.parent / icon).is_file() for icon in icons.found)


@pytest.mark.parametrize("name", PAGES + CHAPTERS)
def test_pages_hold_no_traceback_and_no_widget_state(name):
    text = (SITE / "book" / f"{name}.html").read_text(encoding="utf-8")

    assert "Traceback (most recent call last)" not in text
    assert "widget-state+json" not in text


@pytest.mark.parametrize("name", PAGES + CHAPTERS)
def test_pages_load_everything_from_home(open_page, site, name):
    check_stays_home(open_page, f"{site}/book/{name}.html")


ICONS = """
() => {
  const found = new Set();
  for (const element of document.querySelectorAll("*"))
    for (const at of ["::before", "::after"]) {
      const style = getComputedStyle(element, at);
      const text = style.content.match(/^"(.)"$/u);
      if (text && style.fontFamily.includes("Font Awesome"))
        found.add(text[1]);
    }
  return [...found];
}
"""


@pytest.fixture(scope="module")
def drawn():
    """Returns the characters that the pages' icon fonts can draw."""
    characters = set()
    for path in (SITE / "_static" / "vendor").rglob("*.woff2"):
        with TTFont(path) as font:
            characters |= {chr(point) for point in font.getBestCmap()}
    return characters


@pytest.mark.parametrize("name", PAGES + CHAPTERS)
def test_every_icon_is_in_the_light_fonts(open_page, site, drawn, name):
    page = open_page(f"{site}/book/{name}.html", wait=False)

    icons = page.evaluate(ICONS)

    assert len(icons) > 5
    assert set(icons) - drawn == set()


@pytest.mark.parametrize("name", CHAPTERS)
def test_panels_take_over_and_answer_to_keys(open_page, site, name):
    page = open_page(f"{site}/book/{name}.html")

    check_panels_take_over(page)
    check_sliders_answer_to_keys(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", CHAPTERS)
def test_panels_are_accessible(open_page, site, axe, name, theme):
    page = open_page(f"{site}/book/{name}.html", color_scheme=theme)

    check_accessible(page, axe)


@pytest.mark.parametrize("name", PAGES + CHAPTERS)
def test_phones_see_everything(open_page, site, name):
    page = open_page(f"{site}/book/{name}.html", viewport=PHONE)

    check_no_overflow(page)
    check_touch_targets(page)


@pytest.mark.parametrize("name", CHAPTERS)
def test_without_javascript_there_are_pictures(open_page, site, name):
    check_picture_without_javascript(open_page, f"{site}/book/{name}.html")
