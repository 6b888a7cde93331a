"""The identifiers that FHIR servers know us by. They never change: a changed one makes duplicates at the hospital.

The root is an OID made of a UUID (ITU-T X.667), which is unique without a register and without a domain name.
"""

from __future__ import annotations

import uuid

_ROOT = uuid.UUID("42b2fc96-edd7-4bff-ba5d-d69527b2ec3f")
_OID = f"urn:oid:2.25.{_ROOT.int}"
SIGN_UP = f"{_OID}.1"
TRIAL = f"{_OID}.2"
QUESTIONNAIRE = f"{_OID}.3"
ANSWERS = f"{_OID}.4"
VERDICTS = f"{_OID}.5"
CONSENTS = f"{_OID}.6"


def resource_id(kind: str, name: str) -> str:
    """The id of a resource: the same name gives the same id, so that writing again writes the same resource."""
    return str(uuid.uuid5(_ROOT, f"{kind}/{name}"))
