"""The names of all settings, as the settings themselves ask the environment for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot import settings as project_settings


class _Asked(Mapping[str, str]):
    """An empty environment that remembers what was asked of it."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def settings_variables() -> set[str]:
    """Every variable that is a setting."""
    asked = _Asked()
    project_settings.load(asked)
    return asked.names
