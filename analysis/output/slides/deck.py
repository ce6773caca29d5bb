"""What a deck says, slide by slide: the message first, limits and how to reproduce it last."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.figures.tables import headed
from analysis.output.limits import LIMITS
from analysis.output.slides import native, results
from analysis.output.slides.frame import BOTTOM, LEFT, TOP, Frame
from analysis.output.study import Study
from analysis.store import Store, files
from analysis.studies.compare.answer import answer, spelt
from analysis.studies.compare.difference import TOO_SMALL, UNKNOWN
from analysis.studies.compare.report import closing, note, small, told, unclear
from scenarios.places import place_name

CAVEATS, GRADES = LIMITS["caveats"], LIMITS["grades"]
MOST_FIGURES = 8
MOST_SUMMARY = 330
MOST_TOLD = 5
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
    before = (_message, _compared, _assumed)
    found = (results.who_gets, results.headlines, results.outlooks, results.gains, results.cost_and_effect)
    for part in (*before, *found, _evidence, _limits, _again):
        part(frame, study)
    return frame


def message(study: Study) -> str:
    """What the results say, in a line."""
    found = study.publishable
    if found is None:
        return f"{study.title}: what would follow, {study.period}"
    every = [(o.policy.title, answer(found, o)) for o in found.outcomes]
    some = [(title, of.outcomes or of.matter) for title, of in every if of.matter]
    if not some:
        small = any(of.small for _, of in every)
        said = (
            f"every difference that can be told is {TOO_SMALL}"
            if small
            else f"{UNKNOWN}, which does not mean that there is none"
        )
        return f"{study.title}: {said}"
    title, of = max(some, key=lambda item: (item[1][0].line.unit != "GBP", item[1][0].size))
    first = spelt(found, of[0])
    return f"{title}: {first[0].lower()}{first[1:]}"


def _message(frame: Frame, study: Study) -> None:
    found, body = study.publishable, study.reservations
    if found is None or study.comparison is None:
        body = [*body, *(s["resolved"]["summary"] for s in study.scenarios), study.coverage]
        frame.text(frame.slide(message(study), [*body, CAVEATS]), body)
        return
    doubt, *said = closing(found)
    notes = [*body, *said, doubt, study.coverage, note(study.comparison), CAVEATS]
    several, each = len(found.outcomes) > 1, max(1, MOST_TOLD // len(found.outcomes))
    noticed = [f"{o.policy.title}: {s}" if several else s for o in found.outcomes for s in told(found, o)[:each]]
    body += ["What would be noticed:", *noticed] if noticed else []
    for o in found.outcomes:
        of = answer(found, o)
        rest = "; ".join(part[0].lower() + part[1:] for part in (small(of), unclear(of)) if part)
        body += [f"{o.policy.title}: {rest}."] if rest else []
    body += ["How sure this is:", doubt, study.coverage]
    slide = frame.slide(message(study), notes)
    frame.text(slide, body, size=18 if sum(map(len, body)) < 1100 else 14, bullets=True)


def _compared(frame: Frame, study: Study) -> None:
    what = "What was compared" if study.unlike is None else "What was projected"
    many = "one scenario" if len(study.scenarios) == 1 else f"{len(study.scenarios)} scenarios"
    systems = " and ".join(dict.fromkeys(place_name(s["resolved"]["context"]) for s in study.scenarios))
    notes = [f"{s['title']} ({s['name']}): {s['resolved']['summary']}" for s in study.scenarios]
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
    frame.table(slide, headed("", rows), (2.9, 6.0, 2.4, 0.8), size=14, alt=alt, bottom=BOTTOM - 0.75)
    frame.text(slide, [study.coverage], top=BOTTOM - 0.65, height=0.6, size=14)


def _short(text: str) -> str:
    return text if len(text) <= MOST_SUMMARY else f"{text[:MOST_SUMMARY].rsplit(' ', 1)[0]} … (in full in the notes)"


def _assumed(frame: Frame, study: Study) -> None:
    figures = study.figures_of_programmes
    if not figures:
        return
    judged = sum(f["grade"] == "J" for _, _, f in figures)
    notes = [f"{programme}, {path}: {_value(f)}, grade {f['grade']}. {f['note']}" for programme, path, f in figures]
    title = f"{judged} of {len(figures)} figures that the programmes rest on are judgements"
    slide = frame.slide(title, [*notes, f"Grades. {GRADES}", CAVEATS])
    first = sorted(figures, key=lambda item: (not item[1].startswith("effects"), not item[1].startswith("take_up")))
    rows = [
        {
            "Programme": programme,
            "Figure": path.replace("_", " ").replace(".", ": "),
            "Value and what the evidence can bear": _value(f),
            "Grade": f["grade"],
        }
        for programme, path, f in first
    ]
    alt = "Figures of the programmes with their range and grade; all of them are in the speaker notes."
    how: dict[str, Any] = {"size": 14, "alt": alt, "height": 0.38, "bottom": BOTTOM - 0.8}
    frame.table(slide, headed("", rows[:MOST_FIGURES]), (4.1, 3.5, 3.6, 0.9), **how)
    rest = f"{len(rows) - MOST_FIGURES} more: see the notes. " if len(rows) > MOST_FIGURES else ""
    frame.text(slide, [f"{rest}Grades: {GRADES}"], top=BOTTOM - 0.75, height=0.7, size=12)


def _value(figure: dict[str, Any]) -> str:
    low, high = figure["range"]
    return f"{figure['value']:g} {figure['unit']} ({low:g} to {high:g})"


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
