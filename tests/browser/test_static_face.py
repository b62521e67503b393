"""The static face in a real browser: sliders without a kernel."""

import csv
import json

import jsonschema
import pytest
import static_page
from checks import (
    DESKTOP,
    PHONE,
    check_accessible,
    check_no_overflow,
    check_panels_take_over,
    check_picture_without_javascript,
    check_sliders_answer_to_keys,
    check_stays_home,
    check_touch_targets,
    next_frame,
    pixels,
    set_theme,
)

EXPLORER = "#explorer-learning_rate"


@pytest.fixture(scope="module")
def site(tmp_path_factory, web_dist, serve):
    """Returns the address of a folder with the example page."""
    folder = tmp_path_factory.mktemp("site")
    static_page.write_page(folder, web_dist)
    return serve(folder)


@pytest.fixture
def url(site):
    """Returns the address of the example page."""
    return f"{site}/index.html"


@pytest.mark.parametrize(
    ("definition", "example"),
    [
        ("spec", static_page.explorer()),
        ("spec", static_page.demo()),
        ("runs", static_page.runs()),
    ],
)
def test_the_examples_fit_the_schema(schema, definition, example):
    part = {**schema, "oneOf": [{"$ref": f"#/definitions/{definition}"}]}
    jsonschema.Draft7Validator(part).validate(example)


def test_panels_take_over(open_page, url):
    check_panels_take_over(open_page(url))


def test_sliders_answer_to_keys(open_page, url):
    check_sliders_answer_to_keys(open_page(url))


@pytest.mark.parametrize(
    "viewport", [DESKTOP, PHONE], ids=["desktop", "phone"]
)
def test_no_overflow(open_page, url, viewport):
    check_no_overflow(open_page(url, viewport=viewport))


def test_touch_targets(open_page, url):
    check_touch_targets(open_page(url, viewport=PHONE, has_touch=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "viewport", [DESKTOP, PHONE], ids=["desktop", "phone"]
)
def test_accessible(open_page, url, axe, theme, viewport):
    # The page's policy forbids injected scripts; the audit needs one.
    page = open_page(url, viewport=viewport, bypass_csp=True)
    set_theme(page, theme)
    check_no_overflow(page)
    check_accessible(page, axe)


def test_picture_without_javascript(open_page, url):
    check_picture_without_javascript(open_page, url)


def test_stays_home(open_page, url):
    check_stays_home(open_page, url)


def test_verdict_and_marker_follow_the_slider(open_page, url):
    panel = open_page(url).locator(EXPLORER)
    panel.get_by_role("slider", name="learning rate").press("End")
    assert "Diverged at epoch 3" in panel.locator(".knob-verdict").inner_text()
    sweep = panel.get_by_role(
        "img", name="Validation loss after the last epoch"
    )
    assert "At 10.0: diverged." in sweep.get_attribute("aria-label")
    announced = panel.locator("[role=status]", has_text="Diverged at epoch 3")
    announced.wait_for(state="attached")


def test_a_press_on_the_sweep_sets_its_slider(open_page, url):
    page = open_page(url, viewport=PHONE, has_touch=True)
    panel = page.locator(EXPLORER)
    over = panel.locator(".knob-pickable .u-over")
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    page.touchscreen.tap(box["x"] + 4, box["y"] + box["height"] / 2)
    slider = panel.get_by_role("slider", name="learning rate")
    assert slider.get_attribute("aria-valuetext") == "0.001"


def test_a_touch_moves_a_slider(open_page, url):
    page = open_page(url, viewport=PHONE, has_touch=True)
    slider = page.locator(EXPLORER).get_by_role("slider", name="batch size")
    box = slider.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 6, box["y"] + 6)
    assert slider.get_attribute("aria-valuetext") == "128"


def test_pins_stay_as_ghosts_and_rows_and_csv(open_page, url):
    page = open_page(url)
    panel = page.locator(EXPLORER)
    slider = panel.get_by_role("slider", name="learning rate")
    bare = pixels(panel)
    panel.get_by_role("button", name="Pin this run").click()
    slider.press("ArrowLeft")
    panel.get_by_role("button", name="Pin this run").click()
    slider.press("ArrowRight")
    ghosts = pixels(panel)
    assert all(
        one != other for one, other in zip(ghosts[:3], bare[:3], strict=True)
    )
    with page.expect_download() as download:
        panel.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "learning_rate.csv"
    rows = list(
        csv.DictReader(
            download.value.path().read_text(encoding="utf-8").splitlines()
        )
    )
    assert [row["learning_rate"] for row in rows] == ["0.1", "0.01"]
    recorded = static_page.setting(0.1, 32)
    assert float(rows[0]["val_loss"]) == recorded["curves"]["val_loss"][1][-1]
    assert rows[0]["verdict"] == recorded["verdict"]
    panel.get_by_role("button", name="Set sliders to this: run 2").click()
    assert slider.get_attribute("aria-valuetext") == "0.01"
    slider.press("ArrowRight")
    panel.get_by_role("button", name="Clear all").click()
    cleared = pixels(panel)
    assert all(
        one != other
        for one, other in zip(cleared[:3], ghosts[:3], strict=True)
    )
    assert not panel.get_by_role("region", name="Pinned runs").is_visible()


def test_a_link_carries_settings_and_pins(open_page, url):
    page = open_page(url)
    panel = page.locator(EXPLORER)
    panel.get_by_role("button", name="Pin this run").click()
    panel.get_by_role("slider", name="learning rate").press("Home")
    panel.get_by_role("slider", name="batch size").press("End")
    panel.get_by_role("button", name="Copy link").click()
    panel.locator(".knob-notice", has_text="link").wait_for()
    assert (
        "#explorer=learning_rate&learning_rate=0.001&batch_size=128&pin="
        in page.url
    )

    other = open_page(page.url)
    panel = other.locator(EXPLORER)
    assert panel.locator(".knob-value").all_inner_texts() == ["0.001", "128"]
    assert panel.locator(".knob-pin-note").count() == 1
    other.evaluate(
        "location.hash = '#explorer=learning_rate&learning_rate=0.9&depth=3'"
    )
    notice = panel.locator(
        ".knob-notice", has_text="nearest recorded one is 1.0"
    )
    notice.wait_for()
    assert "depth" in notice.inner_text()
    assert panel.locator(".knob-value").all_inner_texts() == ["1.0", "32"]


def test_a_link_scrolls_to_its_panel(open_page, url):
    page = open_page(
        f"{url}#explorer=quadratic&step=2&start=right", wait=False
    )
    stage = page.locator("#explorer-quadratic .knob-stage")
    stage.get_by_role("img", name="Step 2 from the right.").wait_for()
    next_frame(page)
    assert stage.evaluate(
        "element => element.getBoundingClientRect().top < innerHeight"
    )


def test_charts_follow_the_theme(open_page, url):
    page = open_page(url)
    panel = page.locator(EXPLORER)
    light = pixels(panel)
    set_theme(page, "dark")
    dark = pixels(panel)
    assert all(one != other for one, other in zip(light, dark, strict=True))
    set_theme(page, "light")
    assert pixels(panel) == light


def test_numbers_are_there_on_request(open_page, url):
    panel = open_page(url).locator(EXPLORER)
    panel.get_by_text("Show the numbers").click()
    last = panel.locator(".knob-numbers table").last.locator("tbody tr").last
    val_loss = static_page.setting(0.1, 32)["curves"]["val_loss"]
    assert last.locator("th").inner_text() == str(static_page.EPOCHS)
    assert (
        last.locator("td")
        .nth(1)
        .inner_text()
        .startswith(f"{val_loss[1][-1]:.3g} (")
    )


def test_a_slider_redraws_before_the_next_task(open_page, url):
    page = open_page(url)
    kept = page.evaluate(
        """async () => {
            const slider = document.querySelector('.knob-slider');
            const canvas = document.querySelector('.knob-chart canvas');
            let last = canvas.toDataURL();
            const kept = [];
            for (const position of [0, 1, 2, 3, 4, 0]) {
                slider.value = String(position);
                slider.dispatchEvent(new Event('input', {bubbles: true}));
                // A task runs after the promises and uPlot's microtask.
                await new Promise(done => setTimeout(done));
                const now = canvas.toDataURL();
                kept.push(now === last);
                last = now;
            }
            return kept;
        }"""
    )
    assert kept == [False] * 6


def test_print_shows_the_picture(open_page, url):
    page = open_page(url)
    page.emulate_media(media="print")
    assert page.locator(f"{EXPLORER} .knob-picture").is_visible()
    assert not page.locator(f"{EXPLORER} .knob-panel").is_visible()


def truncate(runs):
    """Cuts the file off."""
    return json.dumps(runs)[:-20]


def forget_a_seed(runs):
    """Leaves out one curve."""
    runs["settings"][4]["curves"]["val_loss"].pop()
    return json.dumps(runs)


def change_format(runs):
    """Comes from a later book."""
    return json.dumps({**runs, "format": 2})


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (truncate, "not valid JSON"),
        (forget_a_seed, "settings[4].curves.val_loss: expected 3 entries"),
        (change_format, "format: expected 1. Received: 2"),
        (None, "HTTP 404"),
    ],
)
def test_damaged_runs_leave_the_picture(
    tmp_path, web_dist, serve, open_page, damage, message
):
    static_page.write_page(tmp_path, web_dist)
    path = tmp_path / "runs" / "learning_rate.json"
    if damage:
        path.write_text(damage(static_page.runs()), encoding="utf-8")
    else:
        path.unlink()
    page = open_page(f"{serve(tmp_path)}/index.html", wait=False)
    failed = page.locator(f"{EXPLORER}[data-state=failed]")
    failed.locator(".knob-message").wait_for()
    assert message in failed.locator(".knob-message").inner_text()
    assert failed.locator(".knob-picture").is_visible()
    # The other panel does not mind, and a mended file can be tried again.
    page.locator("#explorer-quadratic[data-state=ready]").wait_for()
    path.write_text(json.dumps(static_page.runs()), encoding="utf-8")
    failed.get_by_role("button", name="Try again").click()
    page.locator(f"{EXPLORER}[data-state=ready]").wait_for()


def test_a_page_opened_from_a_file_says_what_to_do(
    tmp_path, web_dist, open_page
):
    static_page.write_page(tmp_path, web_dist)
    page = open_page((tmp_path / "index.html").as_uri(), wait=False)
    message = page.locator(f"{EXPLORER} .knob-message", has_text="make serve")
    message.wait_for()
    assert page.locator(f"{EXPLORER} .knob-picture").is_visible()


def test_a_broken_description_is_explained_and_none_is_fine(
    tmp_path, web_dist, serve, open_page
):
    static_page.write_page(tmp_path, web_dist)
    path = tmp_path / "index.html"
    text = path.read_text(encoding="utf-8")
    text = text.replace('"kind": "demo"', '"kind": "film"').replace(
        "<h2>Why</h2>",
        '<div class="knob-explorer" id="bare"><figure class="knob-picture">'
        "</figure></div>",
    )
    path.write_text(text, encoding="utf-8")
    page = open_page(f"{serve(tmp_path)}/index.html", wait=False)
    message = page.locator("#explorer-quadratic .knob-message")
    message.wait_for()
    assert 'spec.kind: expected "explorer" or "demo"' in message.inner_text()
    page.locator(f"{EXPLORER}[data-state=ready]").wait_for()
    assert page.locator("#bare").get_attribute("data-state") is None
    assert page.locator("#bare .knob-message").count() == 0
