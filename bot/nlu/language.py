"""The spaCy pipeline: tokens, lemmas, and the names and numbers that the lexicon and a few patterns recognise.

It is built once, saved as a folder, and loaded by anything that calls `spacy.load`, Rasa's `SpacyNLP` included. So it
uses spaCy's own components only. Matching is on lower-cased text, since Rasa lower-cases before it parses.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import spacy
import spacy.about
import yaml
from spacy.language import Language
from spacy.util import compile_infix_regex, compile_suffix_regex

# Lexicon files, the key their entries stand under, the entity they give, and from how many letters on one or two
# typing errors are forgiven. Codes such as `rrms` are too short for any.
NAME_FILES = (("drugs.yml", "drugs", "drug", 6, 7), ("ms_types.yml", "ms_types", "ms_type", 8, 99))
# What people who have only heard a name write: "kopaksone", "kladriebin", "mafenklad".
SOUNDS = (("c", "k"), ("v", "f"), ("x", "ks"), ("y", "i"), ("z", "s"), ("i", "ie"), ("mab$", "map"), ("e$", ""))
FINGERPRINT = "built-from.txt"
# Raise this when the code here changes what is built, so that saved pipelines are built again.
FORMAT = "2"


class LexiconError(Exception):
    """A lexicon file that cannot be used: which file, what is wrong, and what to do."""


def build(lexicon: Path, language: str = "nl") -> Language:
    """A pipeline with tokens, lemmas and entities: `drug`, `ms_type`, `age`, `birth_year`, `distance`.

    The normalised value of a name is in `ent.ent_id_`; numbers are normalised by `bot.nlu.mentions`.

    Raises:
        LexiconError: a lexicon file is missing or malformed.
    """
    nlp = spacy.blank(language)
    _split_units_and_slashes(nlp)
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    nlp.initialize()
    exact, fuzzy = _name_patterns(nlp, lexicon)
    # Exact spellings first: a fuzzy match never replaces one.
    for name, patterns in (("exact_names", exact), ("fuzzy_names", fuzzy), ("numbers", list(_number_patterns()))):
        ruler: Any = nlp.add_pipe("entity_ruler", name=name)
        ruler.add_patterns(patterns)
    return nlp


def save(nlp: Language, path: Path) -> None:
    """Writes the pipeline to the folder `path`, replacing what is there, so that `spacy.load(path)` gives it back."""
    if path.exists():
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(path)


def ensure(path: Path, lexicon: Path, language: str = "nl") -> bool:
    """Builds and saves the pipeline unless `path` holds one built from these same lexicon files.

    Returns:
        Whether it was built now.

    Raises:
        LexiconError: a lexicon file is missing or malformed.
    """
    wanted = fingerprint(lexicon, language)
    mark = path / FINGERPRINT
    if mark.is_file() and mark.read_text(encoding="utf-8").strip() == wanted:
        return False
    save(build(lexicon, language), path)
    # Written last: a build that was cut off has no mark and is done again.
    mark.write_text(wanted + "\n", encoding="utf-8")
    return True


def fingerprint(lexicon: Path, language: str = "nl") -> str:
    """A hash over all a built pipeline depends on: the lexicon files, spaCy's version and this module's format."""
    digest = hashlib.sha256(f"{FORMAT}|{spacy.about.__version__}|{language}".encode())
    for file_name, *_ in NAME_FILES:
        digest.update(_read_bytes(lexicon / file_name))
    return digest.hexdigest()


def _split_units_and_slashes(nlp: Language) -> None:
    """Makes `tecfidera/ocrevus`, `copaxone.nu` and `43jr` more than one token: phones make people skip spaces."""
    tokenizer: Any = nlp.tokenizer
    infixes = [*(nlp.Defaults.infixes or []), r"/", r"\+", r"(?<=[a-z]{3})\.(?=[a-z]{2})", r"(?<=[a-z])=(?=[a-z])"]
    suffixes = [*(nlp.Defaults.suffixes or []), r"(?<=\d)(?:jaar|jr|j|meter|mtr|m|km)", r"/"]
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    tokenizer.url_match = None  # otherwise `copaxone.nu` is an address


def _name_patterns(nlp: Language, lexicon: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    exact: list[dict[str, Any]] = []
    fuzzy: list[dict[str, Any]] = []
    for file_name, key, label, one_error, two_errors in NAME_FILES:
        content = _read(lexicon / file_name, key)
        ordinary = sorted(str(word).lower() for word in content.get("ordinary_words") or [])
        for value, entry in content[key].items():
            names = [str(name).lower() for name in entry["names"]]
            also = [str(name).lower() for name in entry.get("also") or []]
            heard = sorted({spelling for name in names if label == "drug" for spelling in _as_heard(name)})
            for name in names + also + heard:
                tokens = [{"LOWER": token.lower_} for token in nlp.make_doc(name)]
                exact.append({"label": label, "pattern": tokens, "id": str(value)})
            long_names = [re.escape(name) for name in names + also if len(name) >= one_error and name.isalpha()]
            if long_names:  # compounds: `ocrevusinfuus`, `tysabri-infuus`
                compound = {"LOWER": {"REGEX": rf"^(?:{'|'.join(long_names)})[-'’]?[a-z]{{1,12}}$"}}
                fuzzy.append({"label": label, "pattern": [compound], "id": str(value)})
            if entry.get("fuzzy", True):
                for name in names:
                    words = [token.lower_ for token in nlp.make_doc(name)]
                    if any(len(word) >= one_error for word in words):
                        pattern = [_forgiving(word, one_error, two_errors, ordinary) for word in words]
                        fuzzy.append({"label": label, "pattern": pattern, "id": str(value)})
    return exact, fuzzy


def _as_heard(name: str) -> Iterator[str]:
    """Spellings of a name by ear: each sound that has a second spelling written that way throughout, or not."""
    if not name.isalpha() or len(name) < 7:
        return
    for chosen in itertools.product((False, True), repeat=len(SOUNDS)):
        spelling = name
        for use, (written, heard) in zip(chosen, SOUNDS, strict=True):
            if use:
                spelling = re.sub(written, heard, spelling)
        if spelling != name:
            yield spelling


def _forgiving(word: str, one_error: int, two_errors: int, ordinary: list[str]) -> dict[str, Any]:
    if len(word) < one_error or not word.isalpha():
        return {"LOWER": word}
    errors = "FUZZY2" if len(word) >= two_errors else "FUZZY1"
    # NORM carries the fuzzy comparison so that LOWER is free for the words that look alike but mean something else.
    return {"NORM": {errors: word}, "LOWER": {"NOT_IN": ordinary}}


def _number_patterns() -> Iterator[dict[str, Any]]:
    age = {"TEXT": {"REGEX": r"^(1[0-9]|[2-9][0-9])$"}}
    year = {"TEXT": {"REGEX": r"^(19[2-9][0-9]|20[0-2][0-9])$"}}
    short_year = {"TEXT": {"REGEX": r"^'?[0-9]{2}$"}}
    born = {"LOWER": {"IN": ["geboren", "geboortejaar", "bouwjaar", "bj", "geb"]}}
    small = {"LOWER": {"IN": ["in", "uit", "van", "op", "is"]}, "OP": "?"}
    years_old = {"LOWER": {"IN": ["jaar", "jr", "j", "jarige", "lentes"]}}
    units = {"LOWER": {"IN": ["m", "meter", "meters", "mtr", "km", "kilometer", "kilometers"]}}
    quote = {"TEXT": {"IN": ["'", "’", "`"]}, "OP": "?"}
    patterns: list[tuple[str, list[dict[str, Any]]]] = [
        ("birth_year", [born, small, year]),
        ("birth_year", [born, small, quote, short_year]),
        ("birth_year", [{"LOWER": "van"}, year]),
        ("birth_year", [{"LOWER": "ben"}, {"LOWER": {"IN": ["van", "uit"]}}, quote, short_year]),
        ("birth_year", [{"LOWER": {"IN": ["van", "uit"]}}, {"TEXT": {"IN": ["'", "’", "`"]}}, short_year]),
        ("age", [age, years_old, {"LOWER": "oud", "OP": "?"}]),
        ("age", [{"LOWER": {"IN": ["ben", "leeftijd"]}}, age]),
        ("distance", [{"TEXT": {"REGEX": r"^[0-9]+([.,][0-9]+)?$"}}, units]),
    ]
    for label, pattern in patterns:
        yield {"label": label, "pattern": pattern}


def _read(path: Path, key: str) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(_read_bytes(path).decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path}: this is not valid YAML. Check quotes and indentation. ({error})") from error
    if not isinstance(content, dict) or not isinstance(content.get(key), dict):
        raise LexiconError(f"{path}: there is no `{key}:` with entries under it. Add it.")
    for value, entry in content[key].items():
        if not isinstance(entry, dict) or not isinstance(entry.get("names"), list) or not entry["names"]:
            raise LexiconError(f"{path}: {value} has no names. Write them as `names: [...]`.")
    return content


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LexiconError(f"{path}: the file cannot be read ({error.strerror}). Put it back.") from error
