"""Words of a user's own on the pages: titles, uploaded files and names of schools are text, in the page and in a browser."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import analysis.app
from tests.analysis import hostile
from tests.analysis.output.html import browser
from tests.analysis.output.html.parsed import Page, parse

if TYPE_CHECKING:
    from asking import Site

OWN_SCRIPTS = {"/static/app.js"}


def pages(site: "Site") -> dict[str, str]:
    """Pages of questions whose titles, files and register are hostile, by what they show."""
    from asking import ended, question

    policies = [*question(title=hostile.TITLES[0], pairs="2")]
    own = f"title: {hostile.quoted(hostile.TITLES[1])}\nsummary: {hostile.quoted(hostile.SUMMARY)}\n"
    own += "extends: eastern-region\nprogrammes:\n  npq: {}\n"
    policies += [("p.1.title", hostile.TITLES[1]), ("p.1.written", own), ("p.1.written_name", "mine")]
    shown = {"form": site.post("/form", [*policies, ("action", "use")]).text}
    wrong = [(key, hostile.TITLES[0][:40] if key == "seed" else value) for key, value in policies]
    shown["problems"] = site.post("/jobs", wrong).text
    shown["bad-file"] = site.post(
        "/jobs", [*policies[:-2], ("p.1.written", own + f"{hostile.quoted(hostile.NOTE)}: 1\n")]
    ).text
    started = site.post("/jobs", policies)
    assert started.status == 303
    where = started.headers["location"]
    job = site.jobs.get(where.removeprefix("/jobs/"))
    assert job is not None
    assert ended(job).state == "done"
    shown["results"] = site.ask("GET", where).text
    # No register of a user's own comes to the page today; its words would be shown here.
    register = job.plans[1].setup.register
    register = replace(
        register,
        name=tuple(f"{hostile.SCHOOL} {i}" for i in range(len(register.name))),
        region_names=tuple(f"{hostile.REGION} {i}" for i in range(len(register.region_names))),
        cluster_name=tuple(f"{hostile.CLUSTER} {i}" for i in range(len(register.cluster_name))),
    )
    job.plans[1] = replace(job.plans[1], setup=replace(job.plans[1].setup, register=register))
    shown["pipeline"] = site.ask("GET", f"{where}/pipeline?scenario=1&group=heads").text
    return shown


def assert_inert(page: Page) -> None:
    """Only the page's own scripts, and nothing else that runs, loads or leads away."""
    assert {attributes.get("src") for attributes in page.all("script")} == OWN_SCRIPTS
    assert not {tag for tag, _ in page.tags} & {
        "img",
        "image",
        "iframe",
        "object",
        "embed",
        "base",
        "foreignobject",
        "style",
        "animate",
    }
    for tag, attributes in page.tags:
        assert not [key for key in attributes if key.startswith("on") or key in ("style", "srcdoc", "xlink:href")]
        for key in ("href", "action", "formaction", "data-stream", "data-again", "data-page"):
            assert attributes.get(key, "/").startswith(("/", "#")), (tag, attributes)
            assert not attributes.get(key, "/").startswith("//"), (tag, attributes)
        led = attributes.get("href", "")
        if led.startswith("/?"):  # the link that carries the form: every mark of its words is encoded
            assert not set(led) & set("<>\"' {}()"), led
            led = ""
        assert "canary" not in led + attributes.get("src", "")
    assert "1337" not in page.text


def test_words_of_a_users_own_are_text_on_every_page(site: "Site", tmp_path: Path) -> None:
    """By parser, and in a browser without the policy that would stop scripts anyway."""
    shown = pages(site)
    for name, text in shown.items():
        page = parse(text)
        assert_inert(page)
        values = page.text + "".join(attributes.get("value", "") for attributes in page.all("input"))
        assert hostile.TITLES[0][:40] in values, name
    assert hostile.quoted(hostile.SUMMARY) in parse(shown["form"]).text
    for words in (hostile.SCHOOL, hostile.CLUSTER):
        assert words in parse(shown["pipeline"]).text
    if browser.CHROMIUM is None:
        pytest.skip("there is no Chromium here: looked at the pages' elements alone")
    pytest.importorskip("playwright", reason="playwright is not installed: looked at the pages' elements alone")
    shutil.copytree(Path(analysis.app.__file__).parent / "static", tmp_path / "site" / "static")
    for name, text in shown.items():
        # Served without the policy that the page sends, so that escaping alone has to hold.
        (tmp_path / "site" / f"{name}.html").write_text(text, encoding="utf-8")
    with browser.Served(tmp_path / "site") as served, browser.watched(served) as look:
        for name in shown:
            happened, asked = look(f"{name}.html")
            assert happened == [], name
            assert {one for one in asked if not one.startswith("/static/")} == {f"/{name}.html"}
