"""The Containerfile and the compose file: hadolint's verdict, and the borders between the containers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import settings as project_settings
from bot.operations import processes
from bot.settings import PREFIX, ROOT
from tests.unit.deploy.known import settings_variables
from tests.unit.deploy.test_chart import pods, rendered

DEPLOY = ROOT / "deploy"
# Images of others; all else is our own.
FOREIGN = {"database", "redis"}


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))["services"]


def own(services: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: service for name, service in services.items() if name not in FOREIGN}


def test_hadolint_finds_nothing_to_complain_about() -> None:
    hadolint = str(Path(sys.executable).with_name("hadolint"))
    done = subprocess.run([hadolint, str(DEPLOY / "Containerfile")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_image_runs_as_a_user_without_rights() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE) == ["10001:10001"]


def test_no_secrets_and_no_data_go_into_the_image() -> None:
    # Docker reads no .containerignore; podman and buildah read this one as well.
    assert not (ROOT / ".containerignore").exists()
    ignored = set((ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines())
    assert {".git", "deploy"} <= ignored
    own = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    made = {line.strip("/") for line in own if line and not line.startswith("#")}
    # Patterns there hold in every folder, here only from the root on.
    missing = {name for name in made if not {name, f"**/{name}", f"!{name.removeprefix('!/')}"} & ignored}
    assert not missing


def test_every_process_is_a_service(services: dict[str, dict[str, Any]]) -> None:
    served = {service["command"][1] for service in own(services).values() if service["command"][0] == "serve"}
    assert served == set(processes.all_processes(project_settings.load({})))


def test_own_containers_are_read_only_and_without_rights(services: dict[str, dict[str, Any]]) -> None:
    for name, service in own(services).items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["user"] == "10001:10001", name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_folders_in_memory_have_options_that_podman_knows_as_well(services: dict[str, dict[str, Any]]) -> None:
    """Docker also takes uid and gid; podman then refuses to make the container."""
    for name, service in own(services).items():
        options = {option.partition("=")[0] for place in service["tmpfs"] for option in place.split(":")[1].split(",")}
        assert options == {"size", "mode"}, name


def test_the_folder_of_the_image_has_the_mode_of_what_is_laid_over_it(services: dict[str, dict[str, Any]]) -> None:
    """Some engines take the mode of the folder in the image, whatever the compose file says, and root as owner."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    modes = re.findall(r"install -d .*-m (\d+) (\S+)$", text, re.MULTILINE)
    for name, service in own(services).items():
        laid = dict(place.split(":") for place in service["tmpfs"])
        assert modes
        assert all(f"mode={mode}" in laid[folder] for mode, folder in modes), name


def test_only_the_two_sites_have_a_port_and_only_on_the_loopback_address(services: dict[str, dict[str, Any]]) -> None:
    open_ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert set(open_ports) == {"site", "desk"}
    assert all(port.startswith("127.0.0.1:") for ports in open_ports.values() for port in ports)


def test_databases_rasa_and_actions_stand_in_a_network_without_a_way_out(services: dict[str, dict[str, Any]]) -> None:
    networks = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))["networks"]
    assert networks["inside"] == {"internal": True}
    assert networks["watching"] == {"internal": True}
    for name in ("database", "redis", "prepare"):
        assert services[name]["networks"] == ["inside"], name
    for name in ("chat", "actions", "models"):
        assert services[name]["networks"] == ["inside", "watching"], name


def test_every_process_tells_its_figures_in_the_network_of_prometheus_only(services: dict[str, dict[str, Any]]) -> None:
    for name, service in own(services).items():
        if service["command"][0] == "serve":
            assert service["environment"][f"{PREFIX}METRICS_HOST"] == "0.0.0.0"
            assert "watching" in service["networks"], name
            # Where the workers of a site count together.
            assert any(place.startswith("/var/lib/stamcelwijzer:") for place in service["tmpfs"]), name


def test_every_setting_that_is_given_exists(services: dict[str, dict[str, Any]]) -> None:
    for name, service in own(services).items():
        assert set(service["environment"]) <= settings_variables(), name


def test_every_setting_that_a_hospital_has_to_choose_can_be_set(services: dict[str, dict[str, Any]]) -> None:
    """What no variable of the compose file carries on stays outside the containers, whatever .env says."""
    files = {"CONTENT", "TRIAL_FILE", "MODELS", "GATE", "SNAPSHOT", "CREDENTIALS", "BACKUPS", "VAR"}
    servers = {f"{name}_PORT" for name in ("SITE", "DESK", "CHAT", "ACTIONS", "MODELS", "METRICS")}
    inside = {PREFIX + name for name in files | servers | {"PROCESS", "CHAT_PROCESSES"}}
    for name, service in own(services).items():
        assert settings_variables() - inside == set(service["environment"]), name


def test_the_settings_of_the_compose_file_can_be_used(services: dict[str, dict[str, Any]]) -> None:
    for name, service in own(services).items():
        environment = {
            # As compose fills them in: what stands after :- where nothing is set.
            variable: re.sub(r"\$\{\w+(?::-([^}]*)|[^}]*)\}", lambda match: match[1] or "", value)
            for variable, value in service["environment"].items()
        }
        settings = project_settings.load(environment)
        assert settings.secure_cookies, name
        # Without this every patient behind the hospital's proxy shares one rate limit.
        assert settings.trusted_proxies == 1, name


def test_compose_and_chart_run_the_same_commands_with_the_same_settings(
    services: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    found = pods(rendered(tmp_path, {}))
    assert found.keys() == own(services).keys()
    for name, service in own(services).items():
        (container,) = found[name]["containers"]
        assert container["args"] == service["command"], name
        from_secret = {PREFIX + one for one in ("DATABASE_URL", "TRACKER_URL", "REDIS_URL", "KEYS")}
        given = {variable["name"]: variable["value"] for variable in container["env"]}
        assert given.keys() | from_secret <= service["environment"].keys(), name
        written = {variable for variable, value in service["environment"].items() if "${" not in value}
        assert written - from_secret <= given.keys(), name
        for variable in written & given.keys():
            assert given[variable].replace("http://test-", "http://") == service["environment"][variable], name


def test_every_variable_of_the_compose_file_is_in_the_example_or_has_a_default() -> None:
    text = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
    required = set(re.findall(r"\$\{(\w+):\?", text))
    told = set(re.findall(r"^(\w+)=", (DEPLOY / "example.env").read_text(encoding="utf-8"), re.MULTILINE))
    assert required == told
