"""Who may do what at the desk. Pure.

Each role has what its work needs and no more: only nurses see patients, and an editor, manager or admin never does.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Role(str, Enum):
    """What somebody is at the desk."""

    NURSE = "nurse"
    EDITOR = "editor"
    MANAGER = "manager"
    ADMIN = "admin"


class Permission(str, Enum):
    """What a page or action needs."""

    PATIENTS = "patients"
    COUNTS = "counts"
    CONTENT = "content"
    TRAIL = "trail"
    STAFF = "staff"
    STUDY = "study"
    DELIVERIES = "deliveries"
    LETTERS = "letters"
    QUESTIONS = "questions"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.NURSE: frozenset({Permission.PATIENTS, Permission.COUNTS, Permission.DELIVERIES}),
    Role.EDITOR: frozenset({Permission.CONTENT, Permission.QUESTIONS}),
    Role.MANAGER: frozenset({Permission.COUNTS, Permission.CONTENT, Permission.STUDY, Permission.LETTERS}),
    Role.ADMIN: frozenset(
        {Permission.LETTERS, Permission.COUNTS, Permission.TRAIL, Permission.STAFF, Permission.DELIVERIES}
    ),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether a role has a permission."""
    return permission in PERMISSIONS[role]
