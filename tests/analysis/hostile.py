"""A small study in which every word that a user can write is markup, a formula or a link; it is really run."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

RAN = "document.title='ran'"
MARKUP = (
    f"</title></style></script></svg><script>{RAN};fetch('/canary')</script> "
    f"\"><img src='/canary' onerror=\"{RAN}\"> ' onmouseover='{RAN}' "
    f'<svg onload="{RAN}"><a xlink:href="javascript:{RAN}"><foreignObject/></a></svg> ]]> &lt;b&gt; <!-- '
    f"[a](javascript:{RAN}) ![b](/canary) {{{{7*191}}}} {{% raw %}} ${{7*191}}"
)
"""Without what would end a line of YAML in double quotes."""
FORMULA = "=cmd|' /C calc'!A1 "

SUMMARY, NOTE = f"@SUM(1) scenario-summary {MARKUP}", f"parameter-note {MARKUP}"
REMARK, ABOUT, ASSUMES, FINDINGS = (
    f"=1+2 register-note {MARKUP}",
    f"+1 programme-summary {MARKUP}",
    f"-1 assumes {MARKUP}",
    f"@A1 findings {MARKUP}",
)
TITLES = (
    f'{FORMULA}<script>{RAN}</script>"><img src=\'/canary\' onerror="{RAN}">',
    f"@A1 </title>]]><svg onload={RAN}> [a](javascript:{RAN}) {{{{7*191}}}} [/b] [link=x]y",
)
"""Of two policies, and of the programme of each: a title has at most 120 characters."""
SCHOOL, AUTHORITY, CLUSTER, REGION = (
    f"{start}{word} {MARKUP}"
    for start, word in (
        (FORMULA, "school-name"),
        ("+1 ", "authority-name"),
        ("-1 ", "cluster-name"),
        ("@A1 ", "region-name"),
    )
)


def quoted(text: str) -> str:
    """A text as YAML has it between single quotes."""
    return "'" + text.replace("'", "''") + "'"


def write_programme(path: Path, title: str) -> None:
    """A programme of a user's own that heads join."""
    path.write_text(
        f"""\
title: {quoted(title)}
summary: {quoted(ABOUT)}
joins: person
who: {{role: head}}
places: {{share: 0.5}}
delivery:
  years: 1
  hours: {{value: 1, range: [0.5, 2], sources: [], grade: J, note: {quoted(NOTE)}}}
effects:
  stay:
    {{channel: leaving_sector, size: -1, unit: log-odds, range: [-2, 0], sources: [], grade: J, note: {quoted(NOTE)}, on: participant}}
costs:
  grant: {{value: 900, range: [500, 1000], sources: [], grade: J, note: {quoted(NOTE)}}}
moves:
  - {{outcome: in_state_teaching, direction: up, years_after: 1}}
assumes:
  - {quoted(ASSUMES)}
evidence: {quoted(FINDINGS)}
""",
        encoding="utf-8",
    )


def write_register(path: Path) -> None:
    """Thirty schools in two regions, in clusters of five, with notes beside it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            ["urn", "name", "phase", "region", "local_authority", "kind", "pupils", "fsm_percent", "cluster",
             "cluster_kind", "local_authority_name"]
        )  # fmt: skip
        for i in range(30):
            at = i // 15
            out.writerow(
                [100_000 + i, f"{SCHOOL} {i}", "primary" if i % 3 else "secondary", f"{REGION} {at}", 800 + at, "academy",
                 300 + 10 * i, 5 + i, f"{CLUSTER} {i // 5}", "trust", f"{AUTHORITY} {at}"]
            )  # fmt: skip
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.notes.txt").write_text(
        f"Notes on the file with SHA-256 {digest}\n{REMARK}\n", encoding="utf-8"
    )


def write_files(folder: Path) -> list[str]:
    """``policy-1.yaml`` and ``policy-2.yaml``, each with a programme of its own, and ``schools.csv``; returns the policies."""
    write_register(folder / "schools.csv")
    for n, title in enumerate(TITLES, 1):
        write_programme(folder / f"own-{n}.yaml", title)
        (folder / f"policy-{n}.yaml").write_text(
            f"title: {quoted(title)}\nsummary: {quoted(SUMMARY)}\nextends: england\n"
            f"programmes:\n  own-{n}: {{file: own-{n}.yaml}}\n",
            encoding="utf-8",
        )
    return [str(folder / f"policy-{n}.yaml") for n in (1, 2)]
