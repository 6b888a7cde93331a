"""The trial's criteria: from what a person says to a verdict.

Pure: no I/O but reading the trial file, and no Rasa, spaCy, Flask or SQLAlchemy.
"""
