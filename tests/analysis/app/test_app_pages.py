"""Pages without a script: they can be used, and markup in what is typed or uploaded stays text."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from asking import Answer, Site

MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def upload(site: "Site", data: bytes, name: str = "mine.yaml") -> "Answer":
    from asking import HOST, OWN

    parts = [
        ("context", "eastern-region-2010"),
        ("years", "2"),
        ("scale", "100"),
        ("seed", "1"),
        ("pairs", "2"),
        ("p.0.title", "Mine"),
        ("action", "use"),
    ]
    body = b"".join(f'--x\r\ncontent-disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in parts)
    body += (
        f'--x\r\ncontent-disposition: form-data; name="p.0.file"; filename="{name}"\r\n\r\n'.encode()
        + data
        + b"\r\n--x--\r\n"
    )
    return site.ask(
        "POST", "/form", [("host", HOST), ("origin", OWN), ("content-type", "multipart/form-data; boundary=x")], [body]
    )


def own(text: str, title: str = "Mine") -> list[tuple[str, str]]:
    return [
        ("context", "eastern-region-2010"),
        ("years", "2"),
        ("scale", "100"),
        ("seed", "1"),
        ("pairs", "2"),
        ("p.0.title", title),
        ("p.0.written", text),
        ("p.0.written_name", "mine"),
    ]


def test_markup_in_a_title_stays_text_everywhere(site: "Site") -> None:
    """In the result, the pipeline and the stream of events."""
    from asking import ended, question

    started = site.post("/jobs", question(title=MARKUP, pairs="2"))
    assert started.status == 303
    where = started.headers["location"]
    job = site.jobs.get(where.removeprefix("/jobs/"))
    assert job is not None
    assert ended(job).state == "done"
    for path in (where, f"{where}/pipeline", f"{where}/events"):
        text = site.ask("GET", path).text
        assert "&lt;script&gt;" in text
        assert "<script>alert" not in text
        assert "<img" not in text


def test_markup_in_a_field_that_is_refused_stays_text(site: "Site") -> None:
    """A message that repeats what was typed escapes it."""
    from asking import question

    answer = site.post("/jobs", question(places=MARKUP[:40]))
    assert answer.status == 422
    assert "There is a problem" in answer.text
    assert "<script>alert" not in answer.text


def test_a_scenario_of_ones_own_can_be_used_and_is_not_changed(site: "Site") -> None:
    """The file that can be downloaded is the one that was given, comments included."""
    from asking import ended

    text = "# <b>kept</b>\ntitle: Mine\nsummary: Mine\nextends: eastern-region\nprogrammes:\n  npq: {}\n"
    shown = upload(site, text.encode()).text
    assert "mine.yaml" in shown
    assert "# &lt;b&gt;kept&lt;/b&gt;" in shown
    started = site.post("/jobs", own(text))
    job = site.jobs.get(started.headers["location"].removeprefix("/jobs/"))
    assert job is not None
    assert ended(job).state == "done"
    assert site.ask("GET", f"/jobs/{job.id}/files/mine.yaml").text == text


@pytest.mark.parametrize(
    "text",
    [
        "title: x\nsummary: x\nextends: ../../../../etc/passwd.yaml\n",
        "title: x\nsummary: x\nextends: /etc/passwd\n",
        "title: x\nsummary: x\nextends: eastern-region\nprogrammes:\n  a: {file: ../../secret.yaml}\n",
        "title: x\nsummary: x\nextends: other.yaml\n",
        "title: x\nsummary: x\nextends: mine.yaml\n",
        "title: x\nsummary: x\nextends: eastern-region\nprogrammes:\n  a: {file: mine.yaml}\n",
        "!!python/object/apply:os.system ['id']\n",
        "a: &a [*a]\n",
        "",
        "\x00",
        "title: x\nsummary: x\nextends: england\n",
    ],
)
def test_a_scenario_that_cannot_be_used_is_told_in_words_without_places_of_this_machine(
    site: "Site", text: str
) -> None:
    """Each of these bad files leaves one message and no folder."""
    answer = site.post("/jobs", own(text or " "))
    assert answer.status == 422
    assert "There is a problem" in answer.text
    assert str(site.jobs._root) not in answer.text
    assert "Traceback" not in answer.text
    assert list(site.jobs._root.iterdir()) == []


@pytest.mark.parametrize(
    "title", ["\u3164", "\u2800\u2800", "\ufe0f", "\u00ad", "\u034f", "\u115f \u1160", "\uffa0", "\u200d"]
)
def test_a_title_that_shows_nothing_is_refused(site: "Site", title: str) -> None:
    """Fillers, blank patterns and marks that only change their neighbours leave a policy without a name to point at."""
    from asking import question

    assert site.post("/jobs", question(title=title)).status == 422
    assert site.post("/jobs", own(f"title: {title}\nsummary: x\nextends: eastern-region\n")).status == 422
    assert (
        site.post("/jobs", own(f'title: "{ascii(title)[1:-1]}"\nsummary: x\nextends: eastern-region\n')).status == 422
    )


@pytest.mark.parametrize("name", ["../evil.yaml", "/etc/passwd", "A B.yaml", "a\x01.yaml", "x" * 70 + ".yaml", ".yaml"])
def test_an_upload_must_have_a_plain_name(site: "Site", name: str) -> None:
    """Names with paths, blanks or marks are not taken over."""
    answer = upload(site, b"title: x\n", name)
    assert answer.status in (200, 400)
    assert "as it was given" not in answer.text


def test_an_upload_over_a_megabyte_is_refused(site: "Site") -> None:
    """By its size; bytes that are no text are told of in the form."""
    assert upload(site, b"#" * 1_050_000).status in (400, 413)
    assert upload(site, b"\xff\xfe" * 10).status == 200


def test_the_form_works_without_a_script(site: "Site") -> None:
    """Buttons give a whole page in which everything that was typed still stands."""
    from asking import question

    added = site.post("/form", [*question(), ("action", "add-policy")])
    assert added.status == 200
    assert "Policy 2" in added.text
    more = site.post("/form", [*question(), ("p.0.add", "npq"), ("action", "add-0")])
    assert 'value="npq"' in more.text
    assert 'value="6000"' in more.text
    assert "<html" in more.text


def test_an_error_of_ours_shows_nothing_of_what_happened(site: "Site", monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that says so, with the strict policy, and no word of the error."""

    def broken(*_arguments: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("analysis.app.form.first_form", broken)
    answer = site.ask("GET", "/")
    assert answer.status == 500
    assert "Something went wrong" in answer.text
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text
    assert "content-security-policy" in answer.headers


def test_evidence_stands_beside_levers(site: "Site") -> None:
    """Range, grade, source and assumptions are on the page before anything is asked."""
    page = site.ask("GET", "/").text
    assert "30% to 100%. Grade J: judgement." in page
    assert "NPQH completion rate" in page
    assert "What is assumed where evidence is silent" in page


def test_the_page_shows_what_is_set_with_dates_as_a_file_has_it(site: "Site") -> None:
    """Fields come back filled in, each with its label, and the line that a scenario file would have."""
    fields = [
        ("context", "eastern-region-2010"), ("p.0.title", "Back"), ("p.0.sets", "leave.return_from_break"),
        ("p.0.set:leave.return_from_break:way", "add"), ("p.0.set:leave.return_from_break:value", "0.03"),
        ("p.0.set:leave.return_from_break:from", "2012/13"), ("action", "none"),
    ]  # fmt: skip
    text = site.post("/form", fields).text
    assert "levers: leave.return_from_break: {add: 0.03, from: 2012/13}" in text
    assert 'name="p.0.set:leave.return_from_break:value" value="0.03"' in text
    assert '<option value="add" selected>' in text
