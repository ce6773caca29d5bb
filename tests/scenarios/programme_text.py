"""A small programme file that is right, for tests to break."""

from __future__ import annotations

GOOD = """\
title: Mentors
summary: Mentors for new middle leaders.
joins: person
who:
  role: [middle_leader, assistant_head]
  school.phase: secondary
  years_in_role: {most: 2}
  age: {least: 25, most: 60}
  completed: {none_of: [early-career-framework]}
places:
  number: 500
  per_schools: 21987
  from: 2027/28
  until: 2030/31
  budget: 900000
take_up:
  aware: {value: 50%, range: [20%, 80%], sources: [], grade: J}
  apply: {value: 0.3, range: [0.1, 0.6], sources: [], grade: J}
  apply_aspiration: {value: 0.4, range: [0, 1], sources: [], grade: J}
  select_capability: {value: 0.5, range: [0, 1], sources: [], grade: J}
delivery:
  years: 2
  hours: {value: 1, range: [0.5, 2], sources: [], grade: J}
  helpers:
    kind: mentor
    who: {role: [head], years_in_role: {least: 5}}
    willing: {value: 0.3, range: [0.1, 0.5], sources: [], grade: J}
    each: {value: 2, range: [1, 4], sources: [], grade: J}
    hours: {value: 2, range: [1, 3], sources: [], grade: J}
    within: region
  cascade:
    who: {role: classroom_teacher}
    each: {value: 5, range: [1, 10], sources: [], grade: J}
    within: school
effects:
  stay:
    channel: leaving_sector
    size: -0.4
    unit: log-odds
    range: [-0.8, 0]
    sources: [hpml_leaving_relative_risk_1y]
    grade: B
    note: matched
    on: participant
    half_life: 2
  skill:
    channel: capability
    size: 0.1
    unit: standard deviations
    range: [0, 0.3]
    sources: []
    grade: J
    on: team
    begins: 1
    half_life: delivery
    roles: [classroom_teacher]
    skills: [people, management]
    leader_support: 0.3
side_effects:
  load:
    channel: wellbeing
    size: -0.1
    unit: standard deviations
    range: [-0.2, 0]
    sources: []
    grade: J
    on: helper
costs:
  grant: {value: 1500, range: [0, 5000], sources: [], grade: J}
  release_days: {value: 3, range: [0, 10], sources: [], grade: J}
moves:
  - {outcome: in_state_teaching, direction: up, years_after: 1}
leaves_alone:
  - {outcome: in_own_school, years_after: 3, sources: [hpml_retention_own_school_1y_diff]}
assumes:
  - What is lost when a mentor moves is made good by the next.
evidence: >-
  A matched comparison found fewer leavers (hpml_leaving_relative_risk_1y).
"""


def broken(old: str, new: str) -> str:
    """The programme with one thing changed; raise :exc:`ValueError` if ``old`` is not there exactly once."""
    if GOOD.count(old) != 1:
        raise ValueError(f"{old!r} is there {GOOD.count(old)} times")
    return GOOD.replace(old, new)
