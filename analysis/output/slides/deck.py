"""What a deck says, slide by slide: the message first, limits and how to reproduce it last."""

from __future__ import annotations

import io
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.explain.plainly import figure_words, range_words
from analysis.figures.rounding import money
from analysis.figures.tables import headed
from analysis.figures.words import WORDS, capital, first_sentence, lower
from analysis.output.authorities import NO_PAIRS, NOTHING_MOVED, ByAuthority
from analysis.output.limits import LIMITS
from analysis.output.slides import native, results
from analysis.output.slides.frame import BOTTOM, LEFT, RIGHT, TOP, Frame
from analysis.output.study import Study
from analysis.store import Store, files
from analysis.studies.compare.answer import answer
from analysis.studies.compare.brief import answers, cost, headline, in_short
from analysis.studies.compare.policy import Policy
from analysis.studies.compare.report import closing, note
from analysis.studies.compare.summing import Comparison, Outcome
from analysis.studies.value.report import pounds
from scenarios.places import place_name

CAVEATS, GRADES = LIMITS["caveats"], LIMITS["grades"]
MOST_FIGURES = 4
MOST_SUMMARY = 160
MOST_POLICIES = 4
"""That have slides of their own; the notes have all."""
MOST_SAID, READABLE = 3, 18
"""Sentences of an answer on a slide, if they fit it in letters of so many points; one in any case."""
MOST_IN_A_TABLE = 10
"""Policies, or authorities, in the table of a slide; the rest are on further ones."""
TOPICS = {
    "who gets it, and who gives it": ("gets", "gives", "each"),
    "why, and what it hinges on": ("why", "hinges", "takes"),
}
"""Answers that make a slide of their own, by what its title says of them."""
SIZES = (20, 18, 16, 14, 12)
"""Of letters, in points, the largest that fits."""
GRADE_NAMES = ("A: trial", "B: matched or administrative", "C: survey", "D: claim", "J: judgement")


def target(store: Store, out: Path | None) -> Path:
    """The file to write. Raise :exc:`UserError` for a place that cannot be written, and for another kind of file."""
    if out is None:
        return Path(f"{store.folder.resolve().name}.pptx")
    if out.suffix.lower() != ".pptx":
        raise UserError(str(out), "a deck is .pptx", f"Write {out.with_suffix('.pptx').name}.")
    return files.ready(out, out.suffix)


def write(store: Store, path: Path) -> int:
    """Write the deck of ``store`` and return how many slides it has."""
    with Study.of(store) as study:
        frame = deck(study)
    buffer = io.BytesIO()
    frame.file.save(buffer)
    files.put(path, buffer.getvalue())
    return len(frame.file.slides)


def deck(study: Study) -> Frame:
    """Every slide that the results have something for."""
    frame = Frame(study.title)
    before = (_message, _answered, _authorities, _compared, _assumed)
    found = (results.headlines, results.who_moves, results.outlooks, results.gains, results.cost_and_effect)
    for part in (*before, *found, _evidence, _limits, _again):
        part(frame, study)
    return frame


def message(study: Study) -> str:
    """What the results say, in a line."""
    found = study.answered
    if found is None:
        return f"{study.title}: what would follow, {study.period}"
    if len(found.outcomes) == 1:
        return headline(found, found.outcomes[0])
    every = [answer(found, o) for o in found.outcomes]
    noticed = sum(bool(one.outcomes) for one in every)
    if not noticed and any(one.unclear for one in every):
        return f"Nothing that would be noticed can be told of {len(every)} policies, {study.period}"
    many = "none" if not noticed else "all" if noticed == len(found.outcomes) else f"{noticed}"
    return f"Of {len(found.outcomes)} policies {many} would be noticed, {study.period}"


def _message(frame: Frame, study: Study) -> None:
    found, body = study.answered, study.reservations
    if found is None or study.comparison is None:
        body = [*body, *(s["resolved"]["summary"] for s in study.scenarios), study.coverage]
        frame.text(frame.slide(message(study), [*body, CAVEATS]), body)
        return
    notes = [*body, *closing(found), study.coverage, note(study.comparison), CAVEATS]
    slide = frame.slide(message(study), notes)
    if len(found.outcomes) > 1:
        every = [_in_a_row(found, o) for o in found.outcomes]
        for n, rows in enumerate(_in_parts(every)):
            slide = slide if n == 0 else frame.slide(f"{message(study)} (continued)", notes)
            alt = "What each policy changes and costs: " + "; ".join(", ".join(row.values()) for row in rows)
            frame.table(
                slide, headed("", rows), (3.2, 5.4, 1.7, 1.8), size=18, alt=alt, height=0.6, bottom=BOTTOM - 0.75
            )
            frame.text(slide, [*body, study.coverage], top=BOTTOM - 0.65, height=0.6, size=14)
        return
    told = answers(found, found.outcomes[0])
    for name in ("tried", "changes", "costs", "takes", "sure"):
        body += [f"{WORDS['brief'][name]}:", told[name][0]] if name in told else []
    frame.text(slide, body, size=_size(body))


def _in_a_row(found: Comparison, outcome: Outcome) -> dict[str, str]:
    policy = Policy(found, outcome)
    most, spent = policy.answer.outcomes, cost(policy) / policy.years
    each = policy.head_kept
    return {
        "Policy": outcome.policy.title,
        "What would be noticed": capital(in_short(policy, most[0])) if most else "Nothing that can be told",
        "Cost a year": money(spent) if spent > 0 else "none",
        "For each head kept": pounds(each.each) if each is not None and each.is_told else "cannot be said",
    }


def _answered(frame: Frame, study: Study) -> None:
    """Of each policy who gets it and gives it, then why nothing would be noticed or what it hinges on."""
    found = study.answered
    if found is None:
        return
    for o in found.outcomes[:MOST_POLICIES]:
        told = answers(found, o)
        every = [f"{WORDS['brief'][name]}: {' '.join(said)}" for name, said in told.items()]
        for topic, names in TOPICS.items():
            body = _filled({WORDS["brief"][name]: told[name] for name in names if name in told})
            if "gets" in told and body:
                frame.text(frame.slide(f"{o.policy.title}: {topic}", [*every, CAVEATS]), body, size=_size(body))


def _filled(said: Mapping[str, Sequence[str]]) -> list[str]:
    """Questions with as many sentences of each answer as can be read from the back of a room."""
    for most in range(MOST_SAID, 0, -1):
        body = [line for asked, lines in said.items() for line in (f"{asked}:", *lines[:most])]
        if most == 1 or _size(body) >= READABLE:
            break
    return body


def _in_parts(rows: Sequence[dict[str, str]]) -> list[Sequence[dict[str, str]]]:
    """Rows for one slide each."""
    return [rows[n : n + MOST_IN_A_TABLE] for n in range(0, len(rows), MOST_IN_A_TABLE)]


def _authorities(frame: Frame, study: Study) -> None:
    """Each authority's project, what it cost and what moved, where programmes are those of authorities."""
    overview = ByAuthority(study).overview
    if overview is None:
        return
    *every, together = overview.rows
    moved = [row for row in every if row["moved"] not in ("", *NOTHING_MOVED)]
    many = len({row["full"].partition(":")[0] if row.get("full") else row["authority"] for row in every})
    title = (
        f"In {len(moved)} of {many} authorities something moved by enough to be noticed"
        if moved
        else f"In none of {many} authorities did anything move by enough to be noticed"
    )
    if all(row["moved"] in ("", NO_PAIRS) for row in every):
        title = f"What each of {many} authorities did, and what it cost"
    notes = [", ".join(filter(None, row.values())) for row in every]
    words = {"authority": "Local authority", "project": "Project", "cost": "Cost in all", "moved": "What moved most"}
    shown = [{heading: row[key].strip() for key, heading in words.items()} for row in every]
    for n, rows in enumerate(_in_parts(shown)):
        slide = frame.slide(title if n == 0 else f"{title} (continued)", [*notes, overview.note, CAVEATS])
        alt = "Each authority with its project, its cost and what moved: " + "; ".join(
            ", ".join(r.values()) for r in rows
        )
        frame.table(slide, headed("", rows), (2.6, 3.4, 1.6, 4.5), size=16, alt=alt, height=0.38, bottom=BOTTOM - 0.75)
        all_of = (
            f"{together['authority']} together: {together['cost']}. " if together["authority"].startswith("All") else ""
        )
        frame.text(slide, [f"{all_of}{study.coverage}"], top=BOTTOM - 0.65, height=0.6, size=14)


def _size(body: Sequence[str]) -> int:
    """The largest size of letters in which paragraphs fit a slide."""
    return next((size for size in SIZES if _tall(body, size) <= BOTTOM - TOP), SIZES[-1])


def _tall(body: Sequence[str], size: int) -> float:
    """About how many inches paragraphs take as wide as a slide, with the space between them."""
    characters = int((RIGHT - LEFT - 0.2) / (0.49 * size / 72))  # Arial, on average, and a little more
    lines = sum(max(1, len(textwrap.wrap(text, characters))) for text in body)
    return 0.1 + (1.2 * lines + sum(0.25 if text.endswith(":") else 0.55 for text in body)) * size / 72


def _compared(frame: Frame, study: Study) -> None:
    what = "What was compared" if study.unlike is None else "What was projected"
    many = "one scenario" if len(study.scenarios) == 1 else f"{len(study.scenarios)} scenarios"
    systems = " and ".join(dict.fromkeys(place_name(s["resolved"]["context"]) for s in study.scenarios))
    notes = [f"{s['title']}: {s['resolved']['summary']}" for s in study.scenarios]
    notes += [study.coverage, *study.scenarios[0]["register_notes"], CAVEATS]
    slide = frame.slide(f"{what}: {many} of {systems}, {study.period}", notes)
    rows = [
        {
            "Scenario": s["title"],
            "What it assumes": _short(s["resolved"]["summary"]),
            "New programmes": ", ".join(p["title"] for p in s["resolved"]["programmes"].values()) or "none",
            "Runs": f"{s['replicates']:,}",
        }
        for s in study.scenarios
    ]
    alt = "The scenarios, what each assumes, its programmes and its runs."
    frame.table(slide, headed("", rows), (3.2, 5.3, 2.8, 0.8), size=16, alt=alt, bottom=BOTTOM - 0.75)
    frame.text(slide, [study.coverage], top=BOTTOM - 0.65, height=0.6, size=14)


def _short(text: str) -> str:
    text = first_sentence(text)
    return text if len(text) <= MOST_SUMMARY else f"{text[:MOST_SUMMARY].rsplit(' ', 1)[0]} … (in full in the notes)"


def _assumed(frame: Frame, study: Study) -> None:
    figures = study.figures_of_programmes
    if not figures:
        return
    judged = sum(f["grade"] == "J" for _, _, f in figures)
    notes = [
        f"{known['title']}, {lower(figure_words(path, known))}: {_value(f)}, grade {f['grade']}. {capital(f['note'])}"
        for known, path, f in figures
    ]
    title = f"{judged} of {len(figures)} figures that the programmes rest on are judgements"
    slide = frame.slide(title, [*notes, f"Grades. {GRADES}", CAVEATS])
    base = study.scenarios[0]["resolved"]["programmes"]
    old = {known["title"] for known in base.values()}
    first = sorted(
        figures,
        key=lambda item: (
            item[0]["title"] in old,
            not item[1].startswith("effects"),
            not item[1].startswith("take_up"),
        ),
    )
    rows = [
        {
            "Programme": known["title"],
            "Figure": figure_words(path, known),
            "Value and what the evidence can bear": _value(f),
            "Grade": f["grade"],
        }
        for known, path, f in first
    ]
    alt = "Figures of the programmes with their range and grade; all of them are in the speaker notes."
    how: dict[str, Any] = {"size": 16, "alt": alt, "height": 0.5, "bottom": BOTTOM - 0.8}
    frame.table(slide, headed("", rows[:MOST_FIGURES]), (2.9, 4.1, 4.2, 0.9), **how)
    rest = f"{len(rows) - MOST_FIGURES} more: see the notes. " if len(rows) > MOST_FIGURES else ""
    frame.text(slide, [f"{rest}Grades: {GRADES}"], top=BOTTOM - 0.75, height=0.7, size=12)


def _value(figure: dict[str, Any]) -> str:
    low, high = figure["range"]
    return range_words(figure["value"], low, high, figure["unit"])


def _evidence(frame: Frame, study: Study) -> None:
    counts = {"The school system": Counter(p["grade"] for p in study.scenarios[0]["resolved"]["parameters"].values())}
    if study.figures_of_programmes:
        counts["The programmes"] = Counter(f["grade"] for _, _, f in study.figures_of_programmes)
    whole = sum(counts.values(), Counter())
    title = (
        f"{whole['J']} of {whole.total()} figures behind this are judgements; {whole['A'] + whole['B']} rest on trials or "
        "administrative data"
    )
    alt = "Columns of the number of figures by grade of evidence. " + " ".join(
        f"{name}: {', '.join(f'{c[g]} {g}' for g in 'ABCDJ')}." for name, c in counts.items()
    )
    sources = "Sources: see the sheets Assumptions and Evidence of the workbook (headway workbook)."
    slide = frame.slide(title, [alt, f"Grades. {GRADES}", sources, CAVEATS])
    series = [native.Bars(name, [float(c[g]) for g in "ABCDJ"], [], []) for name, c in counts.items()]
    spot = native.Spot(frame, slide, (LEFT, TOP, 8.2, BOTTOM - TOP), alt)
    native.columns(spot, GRADE_NAMES, series, "Number of figures")
    frame.text(slide, ["What the grades say:", *GRADES.split("; ")], left=9.1, width=3.7, size=16)


def _limits(frame: Frame, study: Study) -> None:
    title = "Use these figures to compare policies, not to forecast or to judge a school"
    hidden = f"Counts of people below {study.below} are left out, and what would give them away."
    more = () if study.below is None else (hidden,)
    frame.text(frame.slide(title, [*LIMITS["brief"], CAVEATS]), [*LIMITS["brief"], *more], size=20, bullets=True)


def _again(frame: Frame, study: Study) -> None:
    manifest, name = study.manifest, study.store.folder.name
    versions, seed = manifest["versions"], study.scenarios[0]["seed"]
    made = f"Headway {versions['headway']}, Python {versions['python']}, seed {seed}, made {manifest['made'][:10]}"
    steps = ["Run it again:", " ".join(manifest["command"]), "Every figure as a spreadsheet, and this deck:"]
    steps += [f"headway workbook {name}", f"headway deck {name}"]
    steps += ["What it was made with:", made, f"Digest of the study: {manifest['digest']}"]
    notes = [
        f"Version of the model: {manifest['model_version']}. Commit: {manifest['git'] or 'not from a clone'}.",
        "The results' manifest.json has every value with its source and grade.",
        CAVEATS,
    ]
    title = "The same command gives the same figures, to the last digit"
    frame.text(frame.slide(title, [*steps, *notes]), steps, size=18)
