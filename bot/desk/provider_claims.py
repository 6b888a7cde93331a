"""What the hospital's login says about somebody, and what the desk makes of it: name, role, second factor. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from bot.desk.roles import Role

_MIN_NAME, _MAX_NAME = 2, 36


class WrongMapping(ValueError):
    """The mapping of roles cannot be used. The message says why."""


def role_mapping(text: str) -> Mapping[str, Role]:
    """Values of the claim with their roles, from `value=role,value=role`.

    Raises:
        WrongMapping: when a part is not of that form, or names a role there is not.
    """
    found: dict[str, Role] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        # The value itself may hold an equals sign, as names in a directory do.
        value, sign, role = part.rpartition("=")
        if not sign or not value.strip() or role.strip() not in {known.value for known in Role}:
            raise WrongMapping(f"'{part}' is not of the form value=role")
        found[value.strip()] = Role(role.strip())
    if not found:
        raise WrongMapping("it names no role")
    return found


def role_of(claims: Mapping[str, Any], claim: str, mapping: Mapping[str, Role]) -> Role | None:
    """The role of somebody, or None: the first of the mapping that the claim names.

    Args:
        claim: its name; dots lead into objects, as in `realm_access.roles`.
    """
    named = _values(_at(claims, claim))
    return next((role for value, role in mapping.items() if value in named), None)


def second_factor_given(claims: Mapping[str, Any], acr: Collection[str], amr: Collection[str]) -> bool:
    """Whether the provider says that it checked what is asked: one of these `acr` values, and one of these `amr`."""
    return _meets(acr, _values(claims.get("acr"))) and _meets(amr, _values(claims.get("amr")))


def _meets(wanted: Collection[str], given: frozenset[str]) -> bool:
    return not wanted or not given.isdisjoint(wanted)


def account_name(claims: Mapping[str, Any]) -> str:
    """A name for the account in the form the desk uses, from the provider's: `Anna.Bos@ziekenhuis.nl` is `anna.bos`."""
    given = next((str(claims[name]) for name in ("preferred_username", "email", "sub") if claims.get(name)), "")
    plain = re.sub(r"[^a-z0-9._-]+", "-", given.partition("@")[0].lower()).strip(".-_")[:_MAX_NAME]
    return plain if len(plain) >= _MIN_NAME and plain[0].isalpha() else f"z-{plain}"[:_MAX_NAME]


def _at(claims: Mapping[str, Any], path: str) -> Any:
    if path in claims:
        # Names of claims may hold dots themselves: some are addresses.
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _values(claim: Any) -> frozenset[str]:
    if isinstance(claim, str):
        return frozenset({claim})
    return frozenset(value for value in claim if isinstance(value, str)) if isinstance(claim, list) else frozenset()
