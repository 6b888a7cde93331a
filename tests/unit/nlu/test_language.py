"""The language pipeline: names however they are spelt, no drugs in ordinary words, loadable without this project."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
import yaml
from spacy.language import Language
from spacy.lookups import load_lookups

from bot.nlu.language import FINGERPRINT, LexiconError, build, ensure, save
from bot.nlu.mentions import mentions_in

LEXICON = Path("data/lexicon")


@pytest.fixture(scope="module")
def nlp(tmp_path_factory: pytest.TempPathFactory) -> Language:
    """The pipeline as Rasa gets it: saved, and loaded again."""
    path = tmp_path_factory.mktemp("language") / "nl"
    save(build(LEXICON), path)
    return spacy.load(path, disable=["parser"])


def found(nlp: Language, text: str) -> list[tuple[str, str]]:
    return [(mention["entity"], mention["value"]) for mention in mentions_in(nlp(text))]


DRUGS = {
    "ocrelizumab": "ocrevus OCREVUS okrevus ocrefus okrefus ocrelizumab ocrelisumab ocrevusinfuus ocrevus-infuus",
    "alemtuzumab": "lemtrada lemtrade lentrada lemtrata alemtuzumab alemtuzemab lemtradakuur",
    "cladribine": "mavenclad mavenklad mavenclat mavanclad cladribine kladribine cladribin",
    "dimethylfumaraat": "tecfidera tecfidra techfidera tekfidera tegfidera tecvidera tecfidira dimethylfumaraat",
    "glatirameeracetaat": "copaxone kopaxone copaxon copaxonne glatirameer glatiramer",
    "fingolimod": "gilenya gilena gilenia gylenia fingolimod",
    "natalizumab": "tysabri tysabrie tisabri tysabry natalizumab natalisumab tysabri-infuus",
    "ofatumumab": "kesimpta kesimta kesimpte ofatumumab",
    "teriflunomide": "aubagio obagio aubaggio teriflunomide",
    "interferon-beta-1a": "avonex rebif rebiff",
    "interferon-beta-1b": "betaferon extavia",
    "interferon-beta": "interferon",
    "peginterferon-beta-1a": "plegridy plegrady",
    "rituximab": "rituximab mabthera",
    "ublituximab": "briumvi",
    "siponimod": "mayzent",
    "ponesimod": "ponvory",
    "ozanimod": "zeposia",
    "diroximelfumaraat": "vumerity",
    "mitoxantron": "mitoxantron novantrone",
    "fampridine": "fampyra",
}


@pytest.mark.parametrize(("spelt", "drug"), [(word, drug) for drug, words in DRUGS.items() for word in words.split()])
def test_a_drug_is_found_however_it_is_spelt(nlp: Language, spelt: str, drug: str) -> None:
    assert found(nlp, f"ik gebruik {spelt} nu") == [("drug", drug)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RRMS", "RRMS"), ("ik heb rr-ms", "RRMS"), ("rr ms", "RRMS"), ("relapsing-remitting ms", "RRMS"),
        ("relapsing remiting", "RRMS"), ("ms met schubs", "RRMS"), ("relapsing", "RRMS"),
        ("spms", "SPMS"), ("sp-ms", "SPMS"), ("secundair progressieve ms", "SPMS"), ("secundair-progressief", "SPMS"),
        ("sekundair progressief", "SPMS"), ("secundair progresief", "SPMS"),
        ("PPMS", "PPMS"), ("primair progressief", "PPMS"), ("primaire progressieve ms", "PPMS"),
        ("cis", "CIS"), ("clinically isolated syndrome", "CIS"), ("klinisch geïsoleerd syndroom", "CIS"),
    ],
)  # fmt: skip
def test_a_form_of_ms_is_found(nlp: Language, text: str, expected: str) -> None:
    assert found(nlp, text) == [("ms_type", expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ik ben 43", [("age", "43")]),
        ("43jr", [("age", "43")]),
        ("43 jaar oud", [("age", "43")]),
        ("ik heb al 20 jaar ms", []),
        ("20 jaar geleden", []),
        ("geboren in 1985", [("birth_year", "1985")]),
        ("ik ben van 79", [("birth_year", "1979")]),
        ("van '79", [("birth_year", "1979")]),
        ("geboren in '04", [("birth_year", "2004")]),
        ("300 meter", [("distance", "300")]),
        ("50m", [("distance", "50")]),
        ("1,5 km", [("distance", "1500")]),
    ],
)
def test_numbers_are_found_with_their_meaning(nlp: Language, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(nlp, text) == expected


def test_several_names_in_one_message_keep_their_places(nlp: Language) -> None:
    text = "tecfidera/ocrevus,daarvoor copaxone.nu spms"
    mentions = mentions_in(nlp(text))
    assert [mention["value"] for mention in mentions] == [
        "dimethylfumaraat", "ocrelizumab", "glatirameeracetaat", "SPMS",
    ]  # fmt: skip
    assert all(text[mention["start"] : mention["end"]] == mention["text"] for mention in mentions)


def test_no_ordinary_word_of_the_documents_is_taken_for_a_drug(nlp: Language) -> None:
    lexicon = yaml.safe_load((LEXICON / "drugs.yml").read_text(encoding="utf-8"))
    names = {
        word
        for entry in lexicon["drugs"].values()
        for name in [*entry["names"], *(entry.get("also") or [])]
        for word in str(name).lower().split()
    }
    # English spellings and brand names in the documents that are drugs indeed.
    names |= {"mitoxantrone", "glatiramer", "teriflunomide", "vumerity", "alemtuzumab", "natalizumab", "tysabri's"}
    words: set[str] = set()
    for document in Path("data/sources/documents").iterdir():
        words |= set(re.findall(r"[^\W\d_]+", document.read_text(encoding="utf-8").lower()))
    assert len(words) > 3000
    wrong = {word for word in words - names if any(kind == "drug" for kind, _ in found(nlp, word))}
    assert wrong == set()


def test_no_word_of_the_dutch_dictionary_is_taken_for_a_drug(nlp: Language) -> None:
    table = load_lookups("nl", ["lemma_lookup"]).get_table("lemma_lookup")
    # Words that begin somewhat like a drug's name: the ones a fuzzy match could hit.
    begins = re.compile(
        r"[ck]op|avo|reb|extr|t[aiy][sz]|te[ckg]|le[mn]t|o[ck]r|ma[vb]|kes|gil|au[bd]|fing|cla|inter[fn]|sym"
    )
    close = sorted({str(word).lower() for word in table.values() if begins.match(str(word).lower())})
    assert len(close) > 500
    drugs = {word for word in close if any(kind == "drug" for kind, _ in found(nlp, word))}
    assert drugs == set()


def test_the_folder_loads_without_this_project(tmp_path: Path) -> None:
    save(build(LEXICON), tmp_path / "nl")
    code = (
        "import sys, spacy; nlp = spacy.load(sys.argv[1], disable=['parser']); doc = nlp('ik slik okrevus gehad');"
        "assert not any(name == 'bot' or name.startswith('bot.') for name in sys.modules);"
        "print([(ent.label_, ent.ent_id_) for ent in doc.ents], doc[3].lemma_)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "nl")], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[('drug', 'ocrelizumab')] hebben"


def test_it_is_built_again_only_when_the_lexicon_changed(tmp_path: Path) -> None:
    lexicon, path = tmp_path / "lexicon", tmp_path / "nl"
    lexicon.mkdir()
    for name in ("drugs.yml", "ms_types.yml"):
        (lexicon / name).write_text((LEXICON / name).read_text(encoding="utf-8"), encoding="utf-8")
    assert ensure(path, lexicon) is True
    assert ensure(path, lexicon) is False
    drugs = (lexicon / "drugs.yml").read_text(encoding="utf-8")
    (lexicon / "drugs.yml").write_text(drugs + "  nieuwmiddel:\n    names: [nieuwmiddel]\n", encoding="utf-8")
    assert ensure(path, lexicon) is True
    assert found(spacy.load(path), "nieuwmiddel") == [("drug", "nieuwmiddel")]
    (path / FINGERPRINT).unlink()
    assert ensure(path, lexicon) is True


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("drugs: [", "not valid YAML"),
        ("pills: {}", "there is no `drugs:`"),
        ("drugs: {ocrelizumab: {}}", "ocrelizumab has no names"),
    ],
)
def test_a_broken_lexicon_says_what_to_do(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "drugs.yml").write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=re.escape(message)):
        build(tmp_path)
