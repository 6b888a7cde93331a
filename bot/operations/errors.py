"""Problems that an operator can solve, each as one sentence that says what to do."""

from __future__ import annotations

import errno

# Errors of the parts whose message is written for the operator. Named, so that no part is loaded for them.
_WRITTEN_FOR_OPERATORS = (
    ("bot.settings", "SettingsError"),
    ("bot.knowledge.yaml_reading", "ContentError"),
    ("bot.eligibility.trial_file", "TrialFileError"),
    ("bot.signups.encryption", "EncryptionError"),
    ("bot.nlu.concepts", "LexiconError"),
    ("bot.nlu.safety_patterns", "PatternError"),
)


class OperatorError(Exception):
    """Something the operator can put right. The message says what to do."""


def explain(error: BaseException) -> str | None:
    """What to tell the operator about an error, or None when it is a fault of the program itself."""
    if isinstance(error, OperatorError) or _is_written_for_operators(error):
        return str(error)
    if isinstance(error, OSError):
        return _explain_os_error(error)
    if type(error).__module__.startswith("sqlalchemy") and getattr(error, "orig", None) is not None:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        return f"The database cannot be used ({reason}). Check STAMCELWIJZER_DATABASE_URL, rights and free space."
    return None


def _is_written_for_operators(error: BaseException) -> bool:
    ancestors = {(kind.__module__, kind.__name__) for kind in type(error).__mro__}
    return any(known in ancestors for known in _WRITTEN_FOR_OPERATORS)


def _explain_os_error(error: OSError) -> str | None:
    place = error.filename or "a file"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {place} cannot be written. Free some space and try again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{place} cannot be read or written: give this user the right to, or set another folder."
    if error.errno == errno.ENOENT and error.filename:
        return f"{place} is missing: restore it (git checkout), or correct the setting that names it."
    return None
