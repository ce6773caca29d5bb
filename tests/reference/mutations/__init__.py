"""Deliberate changes of one rule of the reference: each must show in the comparison, in the process where it belongs."""

from __future__ import annotations

from tests.reference.mutations import market, people, programmes, system

MUTATIONS = (*people.MUTATIONS, *market.MUTATIONS, *system.MUTATIONS, *programmes.MUTATIONS)
