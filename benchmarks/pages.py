"""Row 3: the weight of each chapter's page, and how fast its charts follow."""

from pathlib import Path

# Both lie in tests/browser, which `python -m benchmarks` puts on the path.
from checks import DESKTOP, PANELS, wait_for_panels
from chromium import BROWSER_ARGUMENTS, find_browser
from playwright.sync_api import sync_playwright

from benchmarks.gzip_server import serving
from benchmarks.toc import ROOT, notebooks

SITE = ROOT / "_build" / "html"

WATCH = """
let drawn = 0;
const pen = CanvasRenderingContext2D.prototype;
for (const name of ["clearRect", "drawImage", "fill", "fillRect",
                    "putImageData", "stroke"]) {
  const plain = pen[name];
  pen[name] = function (...values) {
    drawn = performance.now();
    return plain.apply(this, values);
  };
}
addEventListener("keydown", event => {
  const pressed = event.timeStamp;
  window.redrawn = new Promise(done => {
    let seen = pressed, painted = 0;
    // A message that is sent in a frame arrives when it has been painted.
    const channel = new MessageChannel();
    const frame = () => channel.port2.postMessage(0);
    channel.port1.onmessage = () => {
      const now = performance.now();
      if (drawn > seen) [seen, painted] = [drawn, now];
      else if (painted) return done(painted - pressed);
      if (now - pressed > 5000) return done(null);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}, true);
"""


def measure(moves: int = 20, site: Path = SITE) -> list[dict]:
    """Returns one row for each chapter of the built site.

    A reader interacts with the first explorer first. Until then, the page
    has been read down to there; panels further down fetch their runs later.

    Args:
        moves: Of that explorer's first slider.
        site: The folder that `make book` has rendered.

    Raises:
        FileNotFoundError: There is no site in the folder.
    """
    if not (site / "index.html").is_file():
        raise FileNotFoundError("The site is not built. Build it: make book")
    rows = []
    with serving(site) as (url, sent), sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=find_browser(), args=BROWSER_ARGUMENTS
        )
        for path in notebooks():
            context = browser.new_context(viewport=DESKTOP)
            page = context.new_page()
            page.add_init_script(WATCH)
            asked = []
            page.on("request", lambda each, urls=asked: urls.append(each.url))
            sent.clear()
            page.goto(f"{url}/book/{path.stem}.html", wait_until="networkidle")
            explorer = _first_explorer(page)
            page.wait_for_load_state("networkidle")
            before_interaction = sum(sent)
            wait_for_panels(page)
            page.wait_for_load_state("networkidle")
            rows.append(
                {
                    "name": path.stem,
                    "before_interaction": before_interaction,
                    "bytes": sum(sent),
                    "requests": len(sent),
                    "third_party": sum(
                        not each.startswith((url, "data:", "blob:"))
                        for each in asked
                    ),
                    "redrawn": _moves(explorer, moves),
                }
            )
            context.close()
        browser.close()
    return rows


def _first_explorer(page):
    """Scrolls to the first panel with charts; demos before it are drawings."""
    places = page.locator(PANELS)
    for i in range(places.count()):
        place = places.nth(i)
        place.scroll_into_view_if_needed()
        place.locator(".knob-panel").wait_for()
        if place.locator("canvas").count():
            return place
    raise LookupError(f"There is no explorer on {page.url}.")


def _moves(panel, moves):
    """Returns seconds from each key to the last chart's new picture."""
    slider = panel.get_by_role("slider").first
    slider.scroll_into_view_if_needed()
    slider.press("Home")  # where it may be already
    seconds, key = [], "ArrowRight"
    for _ in range(moves):
        before = slider.get_attribute("aria-valuetext")
        slider.press(key)
        if slider.get_attribute("aria-valuetext") == before:  # its end
            key = "ArrowLeft" if key == "ArrowRight" else "ArrowRight"
            slider.press(key)
        redrawn_ms = panel.page.evaluate("window.redrawn")
        if redrawn_ms is None:
            raise RuntimeError(f"No chart follows on {panel.page.url}.")
        seconds.append(redrawn_ms / 1000)
    return seconds
