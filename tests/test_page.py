"""The page's side of a panel: safe HTML, JSON by the schema, clean SVG."""

import html
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from page_schema import problems

import lessons_lib
from lessons_lib import page
from lessons_lib.controls import Control

SVG = "{http://www.w3.org/2000/svg}"
PICTURE = '<svg viewBox="0 0 1 1"><text>0.5 &lt; 1</text></svg>'
STYLE = Path(lessons_lib.__file__).with_name("lessons.mplstyle")
RATE = Control("learning_rate", (0.1, 1.0)).as_dict(default=1.0)
SEED = Control("seed", (0, 1, 2)).as_dict(default=0)
FRAMES = [f"<svg><text>frame {i}</text></svg>" for i in range(6)]
CAPTIONS = [f"Caption {i}." for i in range(6)]


def draw(values):
    with mpl.style.context(STYLE):
        figure = Figure(figsize=(4, 3))
        ax = figure.subplots()
        ax.plot(values, "o-", label="loss <1>")
        ax.set_title("η = 0.1")
        ax.legend()
        return page.svg(figure)


def spec_of(text):
    found = re.search(r'class="knob-spec">(.*?)</script>', text, re.DOTALL)
    return json.loads(found.group(1))


def demo(**changes):
    fields = {
        "name": "bowl",
        "title": "A bowl",
        "controls": [RATE, SEED],
        "frames": FRAMES,
        "captions": CAPTIONS,
    }
    return page.demo_html(**{**fields, **changes})


# --- svg --------------------------------------------------------------------


def test_svg_is_one_xml_element():
    root = ElementTree.fromstring(draw([1, 3, 2]))

    assert root.tag == f"{SVG}svg"


def test_svg_is_as_wide_as_the_page():
    root = ElementTree.fromstring(draw([1, 3, 2]))

    assert root.get("width") == "100%"
    assert "height" not in root.attrib
    assert root.get("viewBox") == "0 0 288 216"


def test_svg_keeps_text_as_text():
    root = ElementTree.fromstring(draw([1, 3, 2]))

    texts = ["".join(t.itertext()) for t in root.iter(f"{SVG}text")]

    assert "η = 0.1" in texts
    assert "loss <1>" in texts


def test_formulas_have_a_font_where_theirs_is_missing():
    with mpl.style.context(STYLE):
        figure = Figure()
        figure.subplots().set_title("$10^{-2}$")
        text = page.svg(figure)

    fonts = re.findall(r"font-family: ([^;]+);", text)

    assert fonts
    assert all(names.endswith("sans-serif") for names in fonts)


def test_svg_takes_the_pages_text_colour():
    text = draw([1, 3, 2])

    assert page.INK not in text
    assert "#000000" not in text
    for element in ElementTree.fromstring(text).iter(f"{SVG}text"):
        assert "fill: currentColor" in element.get("style")


def test_svg_takes_the_pages_colours():
    figure = Figure()
    figure.subplots().plot([0, 1], color="#d55e00")

    text = page.svg(figure)

    assert "stroke: var(--knob-validation, #d55e00)" in text
    assert text.count("#d55e00") == 1


def test_colours_are_those_of_the_style_and_of_the_pages():
    folder = Path(lessons_lib.__file__).parent
    cycle = mpl.rc_params_from_file(
        folder / "lessons.mplstyle", use_default_template=False
    )["axes.prop_cycle"].by_key()["color"]
    style = (folder.parent / "web/src/style.css").read_text(encoding="utf-8")

    named = {
        name: list(re.findall(rf"{name}: (#\w+);", style))
        for name, _ in page.DARK_COLOURS.values()
    }

    assert [c.lower() for c in cycle] == list(page.DARK_COLOURS)
    assert named == {
        name: [light, dark]
        for light, (name, dark) in page.DARK_COLOURS.items()
    }


def test_svg_is_transparent():
    assert not re.search(r"fill: (#ffffff|white)", draw([1, 3, 2]))


def test_svg_names_no_date_and_no_other_host():
    text = draw([1, 3, 2])

    assert "metadata" not in text
    assert not re.search(r'(?<!xmlns=)(?<!xlink=)"https?://', text)


def test_the_same_figure_is_the_same_svg():
    assert draw([1, 3, 2]) == draw([1, 3, 2])


def definitions(text):
    """Returns the elements that others in the same SVG refer to."""
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    return {
        element.get("id"): ElementTree.tostring(element)
        for element in ElementTree.fromstring(text).iter()
        if element.get("id") in used
    }


def test_two_pictures_in_a_page_share_no_id_of_different_things():
    first, second = definitions(draw([1, 3, 2])), definitions(draw([9, 0, 1]))

    assert first
    for name in first.keys() & second.keys():
        assert first[name] == second[name]


# --- explorers --------------------------------------------------------------


def test_an_explorers_spec_follows_the_schema():
    text = page.explorer_html("rates", "Rates", PICTURE, "Two curves.")

    spec = spec_of(text)

    assert problems(spec, "spec") == []
    assert spec["runs"] == "runs/rates.json"
    assert 'id="explorer-rates"' in text


def test_an_explorer_without_a_name_is_a_picture():
    text = page.explorer_html(None, "Rates", PICTURE, "Two curves.")

    assert "<script" not in text
    assert PICTURE.removeprefix("<svg") in text


@pytest.mark.parametrize("name", [None, "rates"])
def test_the_picture_has_words_for_it(name):
    alt = 'It "falls" & stays < 1'

    text = page.explorer_html(name, "Rates <b>", PICTURE, alt)

    (figure,) = re.findall("<figure.*</figure>", text, re.DOTALL)
    root = ElementTree.fromstring(figure)
    assert root.find("svg").get("aria-label") == alt
    assert root.find("svg").get("role") == "img"
    assert root.find("figcaption").text == "Rates <b>"
    # To be seen, and not to be read aloud a second time.
    assert root.find("figcaption/span").text == alt
    assert root.find("figcaption/span").get("aria-hidden") == "true"


@pytest.mark.parametrize(
    "title",
    ["</script><script>alert(1)</script>", "<!-- <script>", "\u2028 & \" '"],
)
def test_a_title_cannot_break_out(title):
    text = page.explorer_html("rates", title, PICTURE, title)

    assert text.count("<script") == text.count("</script>") == 1
    assert "<!--" not in text
    assert spec_of(text)["title"] == title
    assert f"<figcaption>{html.escape(title)}<" in text


# --- demos ------------------------------------------------------------------


def test_a_demos_spec_follows_the_schema():
    spec = spec_of(demo())

    assert problems(spec, "spec") == []
    assert (spec["frames"], spec["captions"]) == (FRAMES, CAPTIONS)


def test_a_demo_shows_the_frame_where_its_knobs_stand():
    picture = demo().split("</script>")[1]

    assert "frame 3" in picture  # learning rate 1.0, seed 0
    assert 'aria-label="Caption 3."' in picture


def test_frames_cannot_break_out():
    text = demo(frames=["<svg></script><b></svg>"] * 6, captions=CAPTIONS)

    assert text.split("</script>")[0].count("<") == 2  # <div and <script


@pytest.mark.parametrize(
    "changes",
    [
        {"frames": FRAMES[:5]},
        {"captions": CAPTIONS[:5]},
        {"controls": [RATE]},
    ],
)
def test_a_demo_needs_one_frame_and_caption_for_each_position(changes):
    with pytest.raises(ValueError, match="`frames` and `captions` must be"):
        demo(**changes)


def test_a_demo_has_a_bounded_number_of_positions():
    many = Control("seed", range(page.MOST_FRAMES + 1)).as_dict(default=0)

    with pytest.raises(ValueError, match=f"at most {page.MOST_FRAMES} "):
        demo(controls=[many])


def test_nan_is_not_json():
    broken = {**RATE, "values": [float("nan"), 1.0]}

    with pytest.raises(ValueError, match="Out of range float"):
        demo(controls=[broken, SEED])
