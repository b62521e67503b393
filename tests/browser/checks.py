"""Checks of any page with panels: the tests' example, the built site."""

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

# A picture without a description stays a picture.
PANELS = ".knob-explorer:has(> script.knob-spec)"


def wait_for_panels(page):
    """Scrolls to each panel and waits until it has replaced its picture."""
    places = page.locator(PANELS)
    for i in range(places.count()):
        places.nth(i).scroll_into_view_if_needed()
        places.nth(i).locator(".knob-panel").wait_for()
    page.evaluate("scrollTo(0, 0)")
    next_frame(page)


def next_frame(page):
    """Waits until what was asked for has been painted."""
    page.evaluate(
        """new Promise(done =>
            requestAnimationFrame(() => requestAnimationFrame(done)))"""
    )


def pixels(panel):
    """Returns the pixels of every chart of a panel, as data addresses."""
    next_frame(panel.page)
    return panel.locator("canvas").evaluate_all(
        "all => all.map(one => one.toDataURL())"
    )


def set_theme(page, theme):
    """Switches the page as the theme's own button does."""
    page.evaluate(
        "theme => document.documentElement.dataset.theme = theme", theme
    )
    next_frame(page)


def check_panels_take_over(page):
    """Every picture has given way to a panel, and every canvas is painted."""
    for place in page.locator(PANELS).all():
        assert place.get_attribute("data-state") == "ready"
        assert not place.locator("> .knob-picture").is_visible()
        assert all(len(image) > 1000 for image in pixels(place))


def check_sliders_answer_to_keys(page):
    """Each slider, moved by keyboard, changes its text and the picture."""
    for place in page.locator(PANELS).all():
        for slider in place.get_by_role("slider").all():
            row = slider.locator("xpath=..")
            body = place.locator(".knob-body")
            slider.focus()
            page.keyboard.press("Home")
            before = (
                row.locator(".knob-value").inner_text(),
                pixels(place),
                body.inner_html(),
            )
            page.keyboard.press("End")
            after = (
                row.locator(".knob-value").inner_text(),
                pixels(place),
                body.inner_html(),
            )
            assert after[0] != before[0]
            assert slider.get_attribute("aria-valuetext") == after[0]
            assert after[1:] != before[1:]


def check_no_overflow(page):
    """Nothing sticks out sideways, with every fold open and a run pinned."""
    for button in page.get_by_role("button", name="Pin this run").all():
        button.click()
    for summary in page.locator(".knob-numbers summary").all():
        summary.click()
    next_frame(page)
    widths = page.evaluate(
        "[document.documentElement.scrollWidth, innerWidth]"
    )
    assert widths[0] <= widths[1]


def check_touch_targets(page):
    """Sliders and buttons are at least 44 CSS pixels high."""
    for element in page.locator(
        ".knob-slider, .knob-actions .knob-button"
    ).all():
        if element.is_visible():
            assert element.bounding_box()["height"] >= 44


def check_accessible(page, axe, scope=".knob-explorer"):
    """axe-core finds no serious or critical violation in the panels."""
    page.evaluate(axe)
    found = page.evaluate("scope => axe.run(scope)", scope)
    severe = [
        f"{each['id']}: {[node['html'] for node in each['nodes']]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert severe == []
    assert len(found["passes"]) > 10


def check_picture_without_javascript(open_page, url):
    """Without JavaScript every panel is its picture."""
    page = open_page(url, wait=False, java_script_enabled=False)
    places = page.locator(PANELS)
    assert places.count() > 0
    for place in places.all():
        assert place.locator(".knob-picture").is_visible()
        assert place.locator(".knob-panel").count() == 0


def check_stays_home(open_page, url):
    """No request leaves the page's own host."""
    page = open_page("about:blank", wait=False)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(url)
    wait_for_panels(page)
    host = url.split("/")[2]
    assert requests
    away = [
        address
        for address in requests
        if not address.startswith(("data:", "blob:"))
        and address.split("/")[2] != host
    ]
    assert away == []
