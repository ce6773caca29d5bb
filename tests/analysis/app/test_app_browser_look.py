"""How the page looks, in Chromium, in every state: text within its boxes at three sizes, and nothing that axe finds."""

from typing import Any

import pytest
from browsing import over, sized, unfolded, violations

from tests.analysis.output.html.browser import AXE, NO_AXE
from tests.servers import PATIENCE

WAIT = 1000 * PATIENCE
"""Milliseconds."""
WIDTHS = (390, 640, 1280)
"""Pixels: a phone, a usual window at twice its size, a usual window."""
FOUR = ("excellence-in-leadership", "npq", "early-headship-coaching", "coaching-network")


@pytest.fixture(scope="module")
def jobs(address: str, browser: Any) -> dict[str, str]:
    """A question of each state, by its address: four policies and nine pairs, and one that was cancelled."""
    page = browser.new_context().new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{address}/?context=eastern-region-2010&programme={'&programme='.join(FOUR)}")
    page.evaluate("() => document.querySelectorAll('details.fold').forEach(one => { one.open = true; })")
    page.fill("#years", "3")
    page.fill("#pairs", "9")
    page.click("#run")
    over(page)
    found = {"four policies": page.get_attribute("#job", "data-page")}
    page.fill("#years", "30")
    page.fill("#pairs", "300")
    page.click("#run")
    page.wait_for_selector("#job[data-over=no]")
    found["cancelled"] = page.get_attribute("#job", "data-page")
    page.wait_for_selector("#live table")
    page.click("#stop button")
    over(page)
    page.context.close()
    return found


def state(name: str, page: Any, address: str, jobs: dict[str, str]) -> None:
    """Bring the page into a state."""
    if name == "empty":
        page.goto(f"{address}/")
    elif name in jobs:
        page.goto(address + jobs[name])
    elif name == "pipeline":
        page.goto(f"{address}{jobs['four policies']}/pipeline")
    elif name == "nothing there":
        page.goto(f"{address}/jobs/none")
    elif name == "error":
        page.goto(f"{address}/?programme=npq&programme=schools-partnership")
        page.fill("#years", "99")
        page.click("#run")
        page.wait_for_selector("#problems")
    elif name == "running":
        page.goto(f"{address}/?context=eastern-region-2010")
        page.fill("#years", "30")
        page.fill("#pairs", "300")
        page.click("#run")
        page.wait_for_selector("#live table")
    elif name == "saving":
        page.goto(address + jobs["four policies"])
        page.click("text=Save view as report")
        page.wait_for_selector("#saving")


@pytest.mark.parametrize(
    "name", ["empty", "running", "four policies", "error", "pipeline", "cancelled", "saving", "nothing there"]
)
def test_the_page_is_sound_in_every_state(name: str, any_page: Any, address: str, jobs: dict[str, str]) -> None:
    """All unfolded: no text outside its box or on another, no table to be scrolled sideways, nothing that axe finds."""
    page = any_page
    state(name, page, address, jobs)
    try:
        unfolded(page)
        assert {width: found for width in WIDTHS if (found := sized(page, width))} == {}
        if AXE.is_file():
            assert violations(page) == []
    finally:
        for button in page.locator("#stop button, #stop-saving").all():
            button.click()
    if not AXE.is_file():
        pytest.skip(NO_AXE)


def test_four_policies_stand_in_few_screens_and_the_results_are_in_sight(
    any_page: Any, address: str, jobs: Any
) -> None:
    """The form scrolls by itself: what is found is where one looks after pressing Run, and has the focus."""
    page = any_page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address + jobs["four policies"])
    assert page.evaluate("() => document.documentElement.scrollHeight") < 4000
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollHeight") < 8000
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("() => document.getElementById('run').scrollIntoView()")
    page.click("#run")
    page.wait_for_function(
        "before => document.getElementById('job').dataset.page !== before", arg=jobs["four policies"]
    )
    assert page.evaluate("() => document.activeElement.id") == "results-title"
    box = page.locator("#results-title").bounding_box()
    assert 0 <= box["y"] < 900
    page.click("#stop button")
    over(page)


def test_messages_change_at_set_numbers_of_pairs_only(any_page: Any, address: str) -> None:
    """While pairs arrive one by one, what is said is what was said at 1, 8 and 12 pairs, and at the end."""
    page = any_page
    page.goto(f"{address}/?context=eastern-region-2010")
    page.fill("#years", "2")
    page.fill("#pairs", "14")
    page.click("#run")
    page.evaluate(
        "() => { window.said = []; new MutationObserver(() => { const one = document.querySelector('.so-far');"
        " if (one && window.said.at(-1) !== one.textContent) window.said.push(one.textContent); })"
        ".observe(document.getElementById('results'), {childList: true, subtree: true}); }"
    )
    over(page)
    said = page.evaluate("() => window.said")
    assert said[-1] == "From all 14 pairs of runs."
    assert len(said) <= 4
