"""What is typed stays, in Chromium: while replies are late, when one goes back, loads anew, or has two tabs; and questions wait in line."""

import re
from typing import Any

import pytest
from browsing import over

from tests.servers import PATIENCE

WAIT = 1000 * PATIENCE
"""Milliseconds."""
LONG = {"years": "30", "pairs": "300"}
"""A question that is under way until it is stopped."""


def fill(page: Any, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"#{name}", value)


def asked(page: Any, title: str, **fields: str) -> str:
    """Ask something under a title; its address."""
    fill(page, **fields)
    page.fill("#p0-title", title)
    page.click("#run")
    page.wait_for_selector("#job")
    return str(page.get_attribute("#job", "data-page"))


def standing(page: Any, title: str, words: str) -> None:
    """Wait until the list of questions says ``words`` of the one with this title."""
    page.wait_for_function(
        "([title, words]) => Array.from(document.querySelectorAll('.questions li'), one => one.textContent)"
        ".some(text => text.includes(title) && text.includes(words))",
        arg=[title, words],
    )


def first_held(page: Any, where: str) -> list[Any]:
    """Hold the first request to addresses like ``where``, which then is in the list; later ones go on."""
    held: list[Any] = []
    page.route(where, lambda route: route.continue_() if held else held.append(route))
    return held


def test_a_late_reply_leaves_what_was_typed(page: Any) -> None:
    """Another system, a policy more and a parameter, each answered only after more has been typed: all of it stands."""
    held = first_held(page, "**/form")
    with page.expect_request("**/form"):
        page.select_option("#context", "kenya")
    fill(page, years="3", pairs="5")
    page.fill("#p0-title", "Typed meanwhile")
    page.click("#add-policy")
    with page.expect_response("**/form"):
        held[0].continue_()
    page.wait_for_selector("#p1-title", state="attached")
    shown = {name: page.input_value(f"#{name}") for name in ("context", "scale", "years", "pairs", "p0-title")}
    assert shown == {"context": "kenya", "scale": "50", "years": "3", "pairs": "5", "p0-title": "Typed meanwhile"}
    assert page.input_value("#p1-title") == "Policy 2"


def test_the_newest_question_is_asked_when_replies_are_late(page: Any) -> None:
    """Pressed twice more while the first is not answered, one more is asked: what came between is not wanted by then."""
    held = first_held(page, "**/jobs")
    with page.expect_request("**/jobs"):
        page.click("#run")
    for pairs in ("2", "3"):
        page.fill("#pairs", pairs)
        page.click("#run")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    held[0].continue_()
    page.wait_for_function("() => document.querySelector('#progress')?.textContent.includes('Done: 3 pairs')")
    assert len(asked) == 1


def test_going_back_and_loading_anew_keep_the_form(page: Any, address: str) -> None:
    """Everything typed, chosen and added, before a run and after it; a parameter that was set as well."""
    page.select_option("#p0-add", "npq")
    page.click("#p0-add-button")
    page.wait_for_selector("#p0-npq-name")
    page.select_option("#p0-set", "leave.return_from_break")
    page.click("#p0-set-button")
    page.fill('[id="p0-set-leave.return_from_break-value"]', "0.6")
    page.fill("#p0-title", "Two & more?")

    def form() -> list[Any]:
        script = "() => Array.from(document.getElementById('form').elements, one => [one.name, one.type === 'checkbox' ? one.checked : one.value])"
        return [pair for pair in page.evaluate(script) if pair[0] not in ("", "action", "replaces")]

    typed = form()
    assert ["p.0.set:leave.return_from_break:value", "0.6"] in typed
    page.reload()
    assert form() == typed
    page.click("#run")
    first = over(page)
    page.fill("#years", "2")
    page.reload()
    assert page.input_value("#years") == "2"
    assert over(page) == first
    page.go_back()
    page.wait_for_selector(".empty")
    assert form() == typed
    page.go_forward()
    page.wait_for_selector("#job")
    assert page.input_value("#years") == "2"
    carried = page.get_attribute("#link", "href")
    page.goto(address + carried)
    assert page.input_value("#p0-title") == "Two & more?"
    assert page.input_value("#years") == "2"


def test_a_tab_leaves_the_question_of_another_alone(page: Any, address: str) -> None:
    """Two tabs at one question: when one asks the next, the other's goes on, and the next waits for it."""
    first = asked(page, "In the first tab", **LONG)
    second = page.context.new_page()
    second.goto(address + first)
    second.fill("#p0-title", "In the second tab")
    second.click("#run")
    second.wait_for_function("before => document.getElementById('job').dataset.page !== before", arg=first)
    standing(page, "In the second tab", "waiting")
    standing(page, "In the first tab", "running")
    page.fill("#p0-title", "In the first tab, anew")
    page.click("#run")  # its own question is replaced, the other's is not
    standing(page, "In the second tab", "running")
    standing(page, "In the first tab, anew", "waiting")
    assert page.locator(".questions li", has_text=re.compile("In the first tab:")).count() == 0
    page.locator(".questions li", has_text="In the first tab, anew").get_by_role("button").click()
    standing(page, "In the first tab, anew", "stopped")
    second.locator(".questions li", has_text="In the second tab").get_by_role("button").click()
    standing(second, "In the second tab", "stopped")
    second.wait_for_function("() => document.getElementById('progress').textContent.includes('Stopped')")


@pytest.mark.parametrize("when", ["running", "answered"])
def test_a_question_outlives_the_browser_that_asked_it(page: Any, address: str, when: str) -> None:
    """Closed while it runs: another browser finds it in the list, can stop it, and reads what it has found."""
    other = page.context.browser.new_context().new_page()
    other.set_default_timeout(WAIT)
    other.goto(f"{address}/?context=eastern-region-2010")
    title = f"Left behind, {when}"
    job = asked(other, title, **(LONG if when == "running" else {"years": "2", "pairs": "2"}))
    if when == "running":
        standing(other, title, "running")
    other.context.close()
    page.reload()
    standing(page, title, when)
    if when == "running":
        page.locator(".questions li", has_text=title).get_by_role("button").click()
        standing(page, title, "stopped")
    page.click("#answered summary")
    page.click(f".questions a:has-text('{title}')")
    page.wait_for_selector(f"#job[data-page='{job}'][data-over=yes]")
    assert page.input_value("#p0-title") == title
