"""Random effects that wait for completion, and effects on those who were passed over."""

from __future__ import annotations

import random
from dataclasses import replace

from simulation.programmes.channels import CHANNELS, On
from simulation.programmes.programme import Effect, Programme

MORALE = sorted(name for name, channel in CHANNELS.items() if On.PASSED_OVER in channel.bearers)
"""Channels that a refusal can move."""


def with_awards(programme: Programme, n: int) -> Programme:
    """The programme; in two of five configurations some effects are an award, and some fall on those who were passed over."""
    if n % 5 not in (0, 3):
        return programme

    def of(one: Programme) -> Programme:
        dice = random.Random(f"award {n} {programme.name}")  # alike in all years and blocks of a programme
        effects = tuple(
            replace(effect, award=effect.on is not On.HELPER and dice.random() < 0.4) for effect in one.effects
        )
        hurt = (
            Effect(
                channel,
                dice.uniform(-1.5, -0.3),
                On.PASSED_OVER,
                begins=dice.choice((0, 1)),
                half_life=dice.choice((0.0, 2.0)),
                roles=dice.choice(((), (0, 1))),
                leader_support=dice.choice((0.0, 0.5)),
                award=dice.random() < 0.3,
            )
            for channel in dice.sample(MORALE, 3)
        )
        return replace(one, effects=(*effects, *hurt))

    return replace(of(programme), earlier=tuple((last, of(before)) for last, before in programme.earlier))
