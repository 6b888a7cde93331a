"""The Helm chart: helm's own lint, the schemas of Kubernetes, and what a hospital's engineer would look for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes_validate import validate

from bot import settings as project_settings
from bot.settings import PREFIX, ROOT
from bot.watching import endpoint
from tests.unit.deploy.known import settings_variables

CHART = ROOT / "deploy" / "chart"
HELM = str(Path(sys.executable).with_name("helm"))
KUBERNETES = "1.28"
Resource = dict[str, Any]

# Choices a hospital may make; each must give valid resources.
CHOICES = {
    "as it comes": {},
    "desk inside, deliveries, login, own tag": {
        "image": {"tag": "2.0.0"},
        "ingress": {"desk": {"enabled": True, "annotations": {"example.org/only": "inside"}}},
        "networkPolicy": {
            "deliveryTo": [{"ipBlock": {"cidr": "10.1.2.3/32"}}],
            "deliveryPorts": [443, 8443],
            "loginTo": [{"ipBlock": {"cidr": "10.4.5.6/32"}}],
        },
    },
    "nobody watches": {"networkPolicy": {"metricsFrom": []}},
    "no network policies": {"networkPolicy": {"enabled": False}},
}


def rendered(folder: Path, values: Resource) -> list[Resource]:
    """The resources that helm makes of the chart with these values."""
    file = folder / "values.yaml"
    file.write_text(yaml.safe_dump(values), encoding="utf-8")
    done = subprocess.run(
        [HELM, "template", "test", str(CHART), "--values", str(file)], capture_output=True, text=True, check=True
    )
    return [resource for resource in yaml.safe_load_all(done.stdout) if resource]


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    return rendered(tmp_path_factory.mktemp("chart"), {})


def pods(resources: list[Resource]) -> dict[str, Resource]:
    """The pod templates by the name of their process."""
    templates = [one["spec"]["template"] for one in resources if one["kind"] in ("Deployment", "Job")]
    return {template["metadata"]["labels"]["app.kubernetes.io/component"]: template["spec"] for template in templates}


def policies(resources: list[Resource]) -> dict[str, Resource]:
    return {one["metadata"]["name"]: one["spec"] for one in resources if one["kind"] == "NetworkPolicy"}


def test_helm_finds_nothing_to_complain_about() -> None:
    done = subprocess.run([HELM, "lint", "--strict", str(CHART)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("values", CHOICES.values(), ids=CHOICES)
def test_every_resource_fits_the_schema_of_kubernetes(tmp_path: Path, values: Resource) -> None:
    found = rendered(tmp_path, values)
    assert found
    for resource in found:
        validate(resource, KUBERNETES, strict=True)


def test_every_process_has_a_pod(resources: list[Resource]) -> None:
    assert set(pods(resources)) == {"site", "desk", "chat", "actions", "models", "worker", "prepare"}


def test_no_pod_runs_as_root_or_writes_outside_its_own_folders(resources: list[Resource]) -> None:
    for name, pod in pods(resources).items():
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/var/lib/stamcelwijzer", "/tmp"}


def test_every_pod_has_limits_and_every_server_has_probes(resources: list[Resource]) -> None:
    for name, pod in pods(resources).items():
        (container,) = pod["containers"]
        assert container["resources"]["limits"]["memory"], name
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}, name
        probes = {probe for probe in container if probe.endswith("Probe")}
        listens = any(port["name"] == "http" for port in container.get("ports", []))
        expected = {"startupProbe", "readinessProbe", "livenessProbe"} if listens else set()
        assert probes == expected, name


def test_only_the_site_has_a_way_in_from_outside(resources: list[Resource]) -> None:
    ways = [one for one in resources if one["kind"] == "Ingress"]
    assert [way["metadata"]["name"] for way in ways] == ["test-site"]
    assert {one["spec"].get("type", "ClusterIP") for one in resources if one["kind"] == "Service"} == {"ClusterIP"}


def test_rasa_and_actions_are_reached_by_their_one_caller_only(resources: list[Resource]) -> None:
    found = policies(resources)
    for name, caller in (("chat", "site"), ("actions", "chat")):
        way_in, _figures = found[f"test-{name}"]["ingress"]
        (source,) = way_in["from"]
        assert source["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == caller
        assert "namespaceSelector" not in source
        assert "ipBlock" not in source


def test_everything_is_closed_unless_a_policy_opens_it(resources: list[Resource]) -> None:
    closed = policies(resources)["test-closed"]
    assert closed["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in closed
    assert closed["podSelector"]["matchLabels"] == {
        "app.kubernetes.io/name": "stamcelwijzer",
        "app.kubernetes.io/instance": "test",
    }


def test_the_worker_reaches_hospital_systems_only_when_they_are_named(
    resources: list[Resource], tmp_path: Path
) -> None:
    assert "egress" not in policies(resources)["test-worker"]
    opened = policies(rendered(tmp_path, CHOICES["desk inside, deliveries, login, own tag"]))["test-worker"]
    assert opened["egress"][0]["to"] == [{"ipBlock": {"cidr": "10.1.2.3/32"}}]


def test_the_desk_reaches_the_hospitals_login_only_when_it_is_named(resources: list[Resource], tmp_path: Path) -> None:
    (models,) = policies(resources)["test-desk"]["egress"]
    assert "podSelector" in models["to"][0]
    opened = policies(rendered(tmp_path, CHOICES["desk inside, deliveries, login, own tag"]))["test-desk"]
    _models, login = opened["egress"]
    assert login == {"to": [{"ipBlock": {"cidr": "10.4.5.6/32"}}], "ports": [{"protocol": "TCP", "port": 443}]}


def test_figures_are_read_by_prometheus_only_and_on_their_own_port(resources: list[Resource], tmp_path: Path) -> None:
    settings = project_settings.load({})
    nobody = policies(rendered(tmp_path, {"networkPolicy": {"metricsFrom": []}}))
    for name, pod in pods(resources).items():
        (container,) = pod["containers"]
        if name == "prepare":
            assert "ports" not in container
            continue
        port = endpoint.port_of(settings, name)
        assert {"name": "metrics", "containerPort": port} in container["ports"], name
        assert {"name": f"{PREFIX}METRICS_HOST", "value": "0.0.0.0"} in container["env"]
        ways = policies(resources)[f"test-{name}"]["ingress"]
        (way_in,) = [way for way in ways if {"protocol": "TCP", "port": port} in way["ports"]]
        assert way_in["ports"] == [{"protocol": "TCP", "port": port}]
        watcher = {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}
        assert way_in["from"] == [{"namespaceSelector": watcher}]
        closed = nobody[f"test-{name}"].get("ingress") or []
        assert not [way for way in closed if {"protocol": "TCP", "port": port} in way["ports"]], name
    services = [one for one in resources if one["kind"] == "Service"]
    assert all(port["targetPort"] == "http" for one in services for port in one["spec"]["ports"])


def test_an_update_never_takes_a_pod_away_before_another_answers(resources: list[Resource]) -> None:
    for one in resources:
        if one["kind"] == "Deployment":
            assert one["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


def test_migrations_run_once_before_the_pods_of_a_release(resources: list[Resource]) -> None:
    (job,) = [one for one in resources if one["kind"] == "Job"]
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == ["setup"]


def test_a_service_of_the_chart_sets_no_setting_of_a_process(resources: list[Resource]) -> None:
    """Kubernetes tells containers of services by variables; under our own name STAMCELWIJZER_SITE_PORT would be one."""
    for name, pod in pods(resources).items():
        assert pod["enableServiceLinks"] is False, name


def test_every_setting_that_is_given_exists_and_the_settings_can_be_used(resources: list[Resource]) -> None:
    for name, pod in pods(resources).items():
        (container,) = pod["containers"]
        given = {variable["name"]: variable["value"] for variable in container["env"]}
        assert given.keys() <= settings_variables(), name
        # Without this every patient behind the ingress controller shares one rate limit.
        assert project_settings.load(given).trusted_proxies == 1, name
