"""The SolaraViz page of the Mesa guide renders, steps and resets."""

import importlib.util
from pathlib import Path

import pytest

from tests.worlds import rough_setup

APP = Path(__file__).parents[2] / "docs" / "guides" / "mesa_app.py"


@pytest.mark.filterwarnings("default")  # Solara and its widgets warn about one another
def test_the_page_renders_and_its_buttons_step_and_reset_the_model():
    """Two steps are two years in the collector; a reset is another model at its first year."""
    solara = pytest.importorskip("solara", reason="the extra 'solara' is not installed")
    import ipyvuetify

    spec = importlib.util.spec_from_file_location("mesa_app", APP)
    app = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(app)
    made = []

    class Spied(app.Watched):
        def __init__(self, setup, replicate=0):
            super().__init__(setup, replicate)
            made.append(self)

    app.Watched = Spied
    page = solara.AppLayout(children=[app.page_for(rough_setup(schools=6))], navigation=False)
    _, rendered = solara.render(page, handle_error=False)

    def press(name):
        (button,) = [w for w in rendered.find(ipyvuetify.Btn).widgets if name in w.children]
        button.click()

    press("Step")
    press("Step")
    assert [model.steps for model in made] == [2]
    assert len(made[0].datacollector.model_vars["leaders"]) == 3
    press("Reset")
    assert [model.steps for model in made] == [2, 0]
    rendered.close()
