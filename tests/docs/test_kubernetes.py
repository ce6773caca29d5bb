"""The guide's manifests for Kubernetes hold together, and fit its schema where that is installed; no cluster runs them here."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from analysis.cli import app

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "cluster.md"


@pytest.fixture(scope="module")
def told() -> tuple[list[dict[str, Any]], str]:
    """The manifests, and the command that is run beside them."""
    part = GUIDE.read_text(encoding="utf-8").split("## Kubernetes")[1]
    manifests, command = (part.split(f"```{kind}\n")[1].split("```")[0] for kind in ("yaml", "sh"))
    return list(yaml.safe_load_all(manifests)), command


def pod_of(deployment: dict[str, Any]) -> dict[str, Any]:
    """What a Deployment's pods are made from."""
    return deployment["spec"]["template"]["spec"]


def test_names_and_ports_meet(told: tuple[list[dict[str, Any]], str]) -> None:
    """Selectors find their pods, mounts their volumes, and workers and sweep the scheduler by its service's name and port."""
    (scheduler, service, worker), command = told
    assert [manifest["kind"] for manifest in told[0]] == ["Deployment", "Service", "Deployment"]
    for deployment in (scheduler, worker):
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        assert deployment["spec"]["selector"]["matchLabels"].items() <= labels.items()
        volumes = {volume["name"] for volume in pod_of(deployment)["volumes"]}
        (container,) = pod_of(deployment)["containers"]
        assert {mount["name"] for mount in container["volumeMounts"]} <= volumes
        assert container["command"][-2:] == ["--certificates", container["volumeMounts"][0]["mountPath"]]
    assert service["spec"]["selector"].items() <= scheduler["spec"]["template"]["metadata"]["labels"].items()
    (port,) = (one["port"] for one in service["spec"]["ports"])
    address = f"tls://{service['metadata']['name']}:{port}"
    (listens,) = pod_of(scheduler)["containers"]
    assert (
        listens["command"][listens["command"].index("--port") + 1]
        == str(port)
        == str(listens["ports"][0]["containerPort"])
    )
    assert address in pod_of(worker)["containers"][0]["command"]
    assert address in shlex.split(command)


def test_the_commands_have_these_options(told: tuple[list[dict[str, Any]], str]) -> None:
    """Each command of a container is one of headway's with options that it has."""
    for deployment in (told[0][0], told[0][2]):
        (container,) = pod_of(deployment)["containers"]
        headway, name, *rest = container["command"]
        assert headway == "headway"
        shown = CliRunner().invoke(app, [name, "--help"]).output
        assert all(option in shown for option in rest if option.startswith("--"))


def test_they_fit_the_schema(told: tuple[list[dict[str, Any]], str]) -> None:
    """With the library kubernetes-validate, which brings Kubernetes's own schema: no key is unknown, none is missing."""
    validator = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")
    for manifest in told[0]:
        validator.validate(manifest, validator.latest_version(), strict=True)
