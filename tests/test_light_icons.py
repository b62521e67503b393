"""The pages' icon fonts hold the icons that are shown, and no others."""

import shutil
from pathlib import Path

import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont
from light_icons import lighten, shown_icons

THEME = Path(pydata_sphinx_theme.__file__).parent.joinpath(
    "theme", "pydata_sphinx_theme", "static"
)
FONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
STYLE = """
.fa-sun:before{content:"\\f185"}
.fa-moon:before,.fa-night:before{content:"\\f186"}
@media screen{.fa-sun-bright:before{content:"\\e28f"}}
"""


@pytest.fixture
def write(tmp_path):
    def write_(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    write_("_static/icons.css", STYLE)
    return write_


def test_icons_of_pages_are_shown(write, tmp_path):
    write("book/a.html", '<i class="fa-solid fa-sun"></i>')

    assert shown_icons(tmp_path) == {0xF185}


def test_icons_that_scripts_put_there_are_shown(write, tmp_path):
    write("a.js", 'button.className = "fa-night";')

    assert shown_icons(tmp_path) == {0xF186}


def test_the_script_that_draws_all_icons_is_not_counted(write, tmp_path):
    write("fontawesome.js", '"fa-moon"')

    assert shown_icons(tmp_path) == set()


@pytest.mark.parametrize("icon", ["\\f071", "\uf071"])
def test_icons_of_other_styles_are_shown(write, tmp_path, icon):
    write("theme.css", f'.note{{--icon:"{icon}";color:red}}')

    assert shown_icons(tmp_path) == {0xF071}


def test_a_font_keeps_only_what_it_is_asked_for(tmp_path):
    path = tmp_path / "font.woff2"
    shutil.copy(THEME / FONT, path)

    lighten(path, {0xF185, 0x10FFFF})

    with TTFont(THEME / FONT) as whole, TTFont(path) as light:
        assert set(light.getBestCmap()) == {0xF185}
        widths = [
            font["hmtx"][font.getBestCmap()[0xF185]] for font in (whole, light)
        ]
        assert widths[0] == widths[1]
    assert path.stat().st_size < (THEME / FONT).stat().st_size / 50
