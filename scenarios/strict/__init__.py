"""Reading YAML so that nothing is misread: what is not plainly allowed is refused, with its place."""

from scenarios.strict.fields import fields, items
from scenarios.strict.nodes import Mapping, Node, Place, Scalar, Sequence, Source, in_reading_order, kind
from scenarios.strict.parse import parse, read
from scenarios.strict.suggest import did_you_mean, nearest
from scenarios.strict.values import boolean, choice, number, school_year, text, whole

__all__ = [
    "Mapping",
    "Node",
    "Place",
    "Scalar",
    "Sequence",
    "Source",
    "boolean",
    "choice",
    "did_you_mean",
    "fields",
    "in_reading_order",
    "items",
    "kind",
    "nearest",
    "number",
    "parse",
    "read",
    "school_year",
    "text",
    "whole",
]
