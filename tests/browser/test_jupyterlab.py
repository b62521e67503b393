"""The live panel in a real JupyterLab: keys on sliders, clicks on buttons."""

import re
import time

import pytest
from lab_server import START_MS, address, run_all, running_lab, write_notebook
from playwright.sync_api import expect

TRAIN_MS = 20_000

CELLS = [
    """
    from lessons_lib import Control, Demo, Experiment, Explorer
    lengths = Control("epochs", (20, 50_000), scale="log")
    explorer = Explorer(Experiment(), controls=["learning_rate", lengths])
    explorer
    """,
    "explorer",
    """
    import matplotlib.pyplot as plt

    def parabola(place):
        figure, ax = plt.subplots(figsize=(4, 2))
        ax.plot([-1, 0, 1], [1, 0, 1])
        ax.plot(place, place**2, "o")
        ax.set_title(f"At {place} the slope is {2 * place}")
        return figure

    Demo(parabola, controls=[Control("place", (-1, 0, 1))], name="parabola")
    """,
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Yields the address of a JupyterLab with the notebook."""
    root = tmp_path_factory.mktemp("notebooks")
    write_notebook(root / "panel.ipynb", CELLS)
    with running_lab(tmp_path_factory.mktemp("home"), root) as server:
        yield address(server, "panel.ipynb")


class LabPage:
    """The notebook in a browser, run from top to bottom.

    Args:
        page: A Playwright page.
        at: The notebook's address in JupyterLab.
    """

    def __init__(self, page, at):
        self.page = page
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        run_all(page, at, len(CELLS))
        drawing = page.locator("[role=img][aria-label^='At ']")
        drawing.wait_for(timeout=START_MS)
        outputs = page.locator(".jp-CodeCell .jp-Cell-outputWrapper")
        self.first, self.second, self.demo = (outputs.nth(i) for i in range(3))

    def slider(self, number, output=None):
        """Focuses a slider's handle and returns it."""
        handle = (output or self.first).locator(".noUi-handle").nth(number)
        handle.focus()
        return handle

    def picture(self, output=None):
        """Returns the bytes of the first chart, as text."""
        image = (output or self.first).locator("img.widget-image").first
        return image.evaluate(
            """async image => {
                const blob = await (await fetch(image.src)).blob();
                return String(new Uint8Array(await blob.arrayBuffer()));
            }"""
        )

    def still_picture(self):
        """Returns the first chart when it has not changed for a second."""
        last, same = self.picture(), 0
        for _ in range(120):
            self.page.wait_for_timeout(250)
            now = self.picture()
            last, same = now, same + 1 if now == last else 0
            if same == 4:
                return last
        raise AssertionError("The chart kept changing for 30 s.")

    def reset(self):
        """Puts all sliders where they were."""
        self.slider(1).press("Home")
        rate = self.slider(0)
        rate.press("Home")
        for _ in range(6):
            rate.press("ArrowRight")
        self.expect("η = 0.1, epochs = 20")

    def expect(self, text, output=None):
        """Waits until the panel says something."""
        expect(output or self.first).to_contain_text(text, timeout=TRAIN_MS)


@pytest.fixture(scope="module")
def opened(lab, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    yield LabPage(context.new_page(), lab)
    context.close()


@pytest.fixture
def notebook(opened):
    """Yields the notebook with sliders at their start, and checks it after."""
    opened.reset()
    yield opened
    assert opened.errors == []
    expect(opened.page.get_by_text("javascript error")).to_have_count(0)
    expect(opened.page.get_by_text("Traceback")).to_have_count(0)


def test_a_key_on_the_slider_trains_and_redraws(notebook):
    before = notebook.picture()

    notebook.slider(0).press("Home")

    notebook.expect("η = 0.0001, epochs = 20, digits, seed 0")
    notebook.expect("Barely moved")
    assert notebook.picture() != before


def test_dragging_trains_on_the_way(notebook):
    box = notebook.slider(0).bounding_box()
    mouse = notebook.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] - 60, box["y"] + box["height"] / 2, steps=5)

    # The button is still down.
    expect(notebook.first).not_to_contain_text("η = 0.1,", timeout=TRAIN_MS)
    mouse.up()


def test_of_100_rapid_presses_the_last_wins(notebook):
    handle = notebook.slider(0)
    handle.evaluate(
        """handle => {
            const press = key => handle.dispatchEvent(
                new KeyboardEvent("keydown", {key, bubbles: true}));
            for (let i = 0; i < 49; i++) {
                press("ArrowLeft");
                press("ArrowRight");
            }
            press("ArrowRight");
            press("ArrowRight");
        }"""
    )

    notebook.expect("η = 1, epochs = 20")
    last = notebook.still_picture()
    notebook.expect("η = 1, epochs = 20")
    # The same setting, reached in peace, looks the same.
    handle.press("ArrowLeft")
    notebook.expect("η = 0.3, epochs = 20")
    handle.press("ArrowRight")
    notebook.expect("η = 1, epochs = 20")
    assert notebook.still_picture() == last


def test_stop_ends_a_long_run(notebook):
    notebook.slider(1).press("End")
    notebook.expect("epochs = 50000")

    notebook.first.get_by_role("button", name="Stop").click()
    notebook.expect("Stopped.")

    stopped = notebook.picture()
    notebook.page.wait_for_timeout(500)
    assert notebook.picture() == stopped


def test_an_interrupted_kernel_leaves_the_panel_usable(notebook):
    notebook.slider(1).press("End")
    notebook.expect("epochs = 50000")

    notebook.page.get_by_title(re.compile("^Interrupt")).first.click()
    notebook.slider(1).press("Home")
    notebook.slider(0).press("ArrowRight")

    notebook.expect("η = 0.3, epochs = 20")


def test_a_panel_shown_twice_is_one_panel(notebook):
    notebook.slider(0, notebook.second).press("ArrowLeft")

    for output in (notebook.first, notebook.second):
        notebook.expect("η = 0.03, epochs = 20", output)
    # Both follow the run, and neither is read at the same moment.
    end = time.monotonic() + TRAIN_MS / 1000
    while notebook.picture() != notebook.picture(notebook.second):
        assert time.monotonic() < end, "the two panels differ"


def test_a_pinned_run_stays_with_its_numbers(notebook):
    bare = notebook.picture()

    notebook.first.get_by_role("button", name="Pin this run").click()
    notebook.expect("Pinned runs")

    assert notebook.picture() != bare
    link = notebook.first.get_by_role("link", name="Download as CSV")
    with notebook.page.expect_download() as download:
        link.click()
    text = download.value.path().read_text()
    assert text.startswith("run,learning_rate,epochs,data")
    notebook.first.get_by_role("button", name="Unpin 1").click()
    expect(notebook.first).not_to_contain_text("Pinned runs")


def test_a_demo_follows_its_slider(notebook):
    notebook.slider(0, notebook.demo).press("End")

    drawing = notebook.demo.locator("[role=img]")
    expect(drawing).to_have_attribute("aria-label", "At 1 the slope is 2")
    expect(drawing.locator("svg")).to_be_visible()


def test_a_cell_can_be_run_again(notebook):
    notebook.slider(1).press("End")
    notebook.expect("epochs = 50000")

    notebook.page.locator(".jp-CodeCell .jp-Editor").first.click()
    notebook.page.keyboard.press("Control+Enter")

    notebook.expect("η = 0.1, epochs = 20")
    notebook.slider(0).press("ArrowRight")
    notebook.expect("η = 0.3, epochs = 20")
