"""What a deck says, slide by slide: the message first, limits and how to reproduce it last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from analysis.output.sheet.assumed import figures_of_programmes
from analysis.output.sheet.front import GRADES, LIMITS, coverage
from analysis.output.sheet.study import Study
from analysis.output.slides import differences, native, outlook
from analysis.output.slides.frame import BOTTOM, LEFT, TOP, Frame
from analysis.studies.compare.report import closing, note, told

CAVEATS = (
    "Caveats: these are projections, not forecasts. Intervals hold chance alone; doubt about the parameters and about the "
    "model comes on top. Differences between scenarios are surer than levels."
)
MOST_FIGURES = 8
MOST_SUMMARY = 330
MOST_TOLD = 5


def deck(study: Study) -> Frame:
    """Every slide that the results have something for."""
    frame = Frame(study.title)
    parts: list[Callable[[Frame, Study], None]] = [
        _message, _compared, _assumed, differences.headlines, outlook.outlooks, differences.gains, differences.cost_and_effect,
        _evidence, _limits, _again,
    ]  # fmt: skip
    for part in parts:
        part(frame, study)
    return frame


def message(study: Study) -> str:
    """What the results say, in a line."""
    found = study.comparison
    if found is None:
        return f"{study.title}: what would follow, {study.period}"
    known = study.publishable(found)
    spelt = {o.policy.title: told(known, o) for o in known.outcomes}
    some = [(title, sentences) for title, sentences in spelt.items() if sentences]
    if not some:
        return f"{study.title}: no difference can be told, which does not mean that there is none"
    title, sentences = min(some, key=lambda item: all("Costs" in s for s in item[1]))
    first = next((s for s in sentences if not s.startswith("Costs")), sentences[0])
    return f"{title}: {first[0].lower()}{first[1:]}"


def _message(frame: Frame, study: Study) -> None:
    found = study.comparison
    stamp = [f"Not complete: {study.manifest['stamp']}."] if study.manifest.get("stamp") else []
    if found is None:
        body = [*stamp, *(s["resolved"]["summary"] for s in study.scenarios), coverage(study)]
        if len(study.scenarios) > 1:
            body.append(f"The scenarios are not compared: {study.unlike}.")
        frame.text(frame.slide(message(study), [*body, CAVEATS]), body)
        return
    known = study.publishable(found)
    doubt, *said = closing(known)
    slide = frame.slide(message(study), [*stamp, *said, doubt, coverage(study), note(found), CAVEATS])
    body = [*stamp]
    for sentence in said[len(said) - len(known.outcomes) :]:
        first = sentence.partition(". ")[0].removesuffix(".") + "."
        body.append(f"{first[0].upper()}{first[1:]}")
    spelt = [f"{o.policy.title}: {s}" if len(known.outcomes) > 1 else s for o in known.outcomes for s in told(known, o)]
    body += ["What differs by more than chance explains:", *spelt[:MOST_TOLD]] if spelt else []
    body += ["How sure this is:", doubt, coverage(study)]
    frame.text(slide, body, size=18 if sum(map(len, body)) < 1100 else 14, bullets=True)


def _compared(frame: Frame, study: Study) -> None:
    what = "What was compared" if study.unlike is None else "What was projected"
    title = f"{what}: {_count(len(study.scenarios), 'scenario')} of {_systems(study)}, {study.period}"
    notes = [f"{s['title']} ({s['name']}): {s['resolved']['summary']}" for s in study.scenarios]
    slide = frame.slide(
        title, [*notes, coverage(study), *(n for s in study.scenarios[:1] for n in s["register_notes"]), CAVEATS]
    )
    rows = [
        (s["title"], _short(s["resolved"]["summary"]), ", ".join(p["title"] for p in s["resolved"]["programmes"].values()) or "none", f"{s['replicates']:,}")
        for s in study.scenarios
    ]  # fmt: skip
    alt = "The scenarios, what each assumes, its programmes and its runs."
    frame.table(
        slide,
        ("Scenario", "What it assumes", "New programmes", "Runs"),
        rows,
        (2.9, 6.0, 2.4, 0.8),
        size=14,
        alt=alt,
        bottom=BOTTOM - 0.75,
    )
    frame.text(slide, [coverage(study)], top=BOTTOM - 0.65, height=0.6, size=14)


def _assumed(frame: Frame, study: Study) -> None:
    figures = figures_of_programmes(study)
    if not figures:
        return
    judged = sum(f["grade"] == "J" for _, _, f in figures)
    title = f"{judged} of {len(figures)} figures that the programmes rest on are judgements"
    notes = [f"{programme}, {path}: {_value(f)}, grade {f['grade']}. {f['note']}" for programme, path, f in figures]
    slide = frame.slide(title, [*notes, f"Grades. {GRADES}", CAVEATS])
    first = sorted(figures, key=lambda item: (not item[1].startswith("effects"), not item[1].startswith("take_up")))
    rows = [
        (programme, path.replace("_", " ").replace(".", ": "), _value(f), f["grade"]) for programme, path, f in first
    ]
    headings = ("Programme", "Figure", "Value and what the evidence can bear", "Grade")
    alt = "Figures of the programmes with their range and grade; all of them are in the speaker notes."
    frame.table(
        slide, headings, rows[:MOST_FIGURES], (4.1, 3.5, 3.6, 0.9), size=14, alt=alt, height=0.38, bottom=BOTTOM - 0.8
    )
    rest = f"{len(rows) - MOST_FIGURES} more: see the notes. " if len(rows) > MOST_FIGURES else ""
    frame.text(slide, [f"{rest}Grades: {GRADES}"], top=BOTTOM - 0.75, height=0.7, size=12)


def _value(figure: dict[str, Any]) -> str:
    low, high = figure["range"]
    return f"{figure['value']:g} {figure['unit']} ({low:g} to {high:g})"


def _evidence(frame: Frame, study: Study) -> None:
    system = [p["grade"] for p in study.scenarios[0]["resolved"]["parameters"].values()]
    of_programmes = [f["grade"] for _, _, f in figures_of_programmes(study)]
    everything = system + of_programmes
    grades = "ABCDJ"
    judged = Counter(everything)["J"]
    title = f"{judged} of {len(everything)} figures behind this are judgements; {Counter(everything)['A'] + Counter(everything)['B']} rest on trials or administrative data"
    sets = {"The school system": system, **({"The programmes": of_programmes} if of_programmes else {})}
    counts = {name: Counter(found) for name, found in sets.items()}
    alt = "Columns of the number of figures by grade of evidence. " + " ".join(
        f"{name}: {', '.join(f'{c[g]} {g}' for g in grades)}." for name, c in counts.items()
    )
    slide = frame.slide(title, [alt, f"Grades. {GRADES}", "Sources: see the sheets Assumptions and Evidence of the workbook (headway workbook).", CAVEATS])  # fmt: skip
    series = [native.Bars(name, [float(c[g]) for g in grades], []) for name, c in counts.items()]
    names = ("A: trial", "B: matched or administrative", "C: survey", "D: claim", "J: judgement")
    native.columns(frame, slide, names, series, (LEFT, TOP, 8.2, BOTTOM - TOP), alt, "Number of figures")
    frame.text(slide, ["What the grades say:", *GRADES.split("; ")], left=9.1, width=3.7, size=16)


def _limits(frame: Frame, study: Study) -> None:
    slide = frame.slide(
        "Use these figures to compare policies, not to forecast or to judge a school", [*LIMITS, CAVEATS]
    )
    more = () if study.below is None else (f"Counts of people below {study.below} are left out, and what would give them away.",)  # fmt: skip
    frame.text(slide, [*LIMITS, *more], size=20, bullets=True)


def _again(frame: Frame, study: Study) -> None:
    manifest = study.manifest
    steps = [
        "Run it again:", " ".join(manifest["command"]), "Every figure as a spreadsheet, and this deck:",
        f"headway workbook {study.store.folder.name}", f"headway deck {study.store.folder.name}", "What it was made with:",
        f"Headway {manifest['versions']['headway']}, Python {manifest['versions']['python']}, seed {study.scenarios[0]['seed']}, made {manifest['made'][:10]}",
        f"Digest of the study: {manifest['digest']}",
    ]  # fmt: skip
    notes = [f"Version of the model: {manifest['model_version']}. Commit: {manifest['git'] or 'not from a clone'}.", "The results' manifest.json has every value with its source and grade.", CAVEATS]  # fmt: skip
    frame.text(
        frame.slide("The same command gives the same figures, to the last digit", [*steps, *notes]), steps, size=18
    )


def _systems(study: Study) -> str:
    from scenarios.places import place_name

    return " and ".join(dict.fromkeys(place_name(s["resolved"]["context"]) for s in study.scenarios))


def _count(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number} {what}s"


def _short(text: str) -> str:
    return text if len(text) <= MOST_SUMMARY else f"{text[:MOST_SUMMARY].rsplit(' ', 1)[0]} … (in full in the notes)"
