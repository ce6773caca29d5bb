"""What Headway does otherwise than Mesa, by the test of Mesa's that says so; and what of Mesa's is not tried here."""

from __future__ import annotations

from importlib.util import find_spec

OTHERWISE = {
    "test_model::test_agents_by_type": "the model's own four kinds are always there, even of nobody; the test counts two",
    "test_agentset::test_agentset_get_item": "a place in a set is cheap to find in columns, so asking for one is no mistake",
    "test_model::test_reset_randomizer": "Mesa 3.5 warns of a flaw in its way of resetting that Headway's does not have",
}
"""Tests that must fail, and why that is right."""

IN_MESA = {
    "3.3.1": {"test_model::test_agents_by_type"},
    "3.5.1": set(OTHERWISE),
    "4.0.0a0": {"test_model::test_agents_by_type", "test_agentset::test_agentset_get_item"},
}
"""Which of them each version has; its other tests of these names pass."""

PICTURES = {
    "visualization", "test_backends.py", "test_components_matplotlib.py", "test_portrayal_components.py",
    "test_solara_viz.py", "test_solara_viz_updated.py", "test_space_drawer.py", "test_space_renderer.py",
    "test_examples_viz.py", "examples/test_examples_viz.py",
}  # fmt: skip
"""Files about how Mesa draws spaces and pages, in which Headway's model has no part."""

EXAMPLES = {"test_examples.py", "examples"}
"""Files that run Mesa's examples, which import what they are drawn with."""


def ignored() -> set[str]:
    """Files and folders that are not tried on this machine."""
    drawable = all(find_spec(name) for name in ("matplotlib", "solara"))
    return (
        PICTURES
        | (set() if drawable else EXAMPLES)
        | (set() if find_spec("pyarrow") else {"experimental/test_datarecorder.py"})
    )
