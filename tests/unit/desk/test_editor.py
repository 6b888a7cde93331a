"""The editor's pages: overview, form, checks, conflicts, review, publishing, trainings, air, versions and sources."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.editor import conflict as conflicts
from bot.desk.editor.form import from_form, to_form
from bot.desk.roles import Role
from bot.knowledge import store
from bot.knowledge.schema import Picture
from bot.publishing import editing, jobs
from bot.publishing.drafts import Seen, State
from bot.publishing.editing import Conflict
from bot.publishing.jobs import JobState
from tests.unit.desk.newsroom import (
    PATH,
    STOPPED,
    TOPIC,
    draft_of,
    fields,
    finish,
    publish,
    published,
    write,
)
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.test_drafts import log_in_again, owner_in
from tests.unit.knowledge.builders import content, topic

GOOD = "U bent twee of drie dagen hier. Daarna mag u naar huis."


@pytest.fixture
def newsroom(office: Office) -> Office:
    """A desk with three topics."""
    publish(office)
    return office


@pytest.fixture
def anna(newsroom: Office) -> Browser:
    return newsroom.first_log_in("anna", Role.EDITOR)


@pytest.fixture
def bert(newsroom: Office) -> Browser:
    newsroom.clock.forward(seconds=60)
    return newsroom.first_log_in("bert", Role.MANAGER)


def test_the_overview_tells_state_owner_and_what_is_due_and_finds(newsroom: Office, anna: Browser) -> None:
    late = topic("study_where", review_by=date(2020, 1, 1))
    with newsroom.session() as session:
        editing.save(session, topic(TOPIC, answer={"nl": GOOD}), Seen(1), "carla", newsroom.clock())
        store.publish(session, [late], "dirk", newsroom.clock())
    anna.get("/antwoorden")
    for told in ("De studie", "concept", "carla", "dirk", "Te laat", "te laat", "3 onderwerpen"):
        assert told in anna.page
    anna.get("/antwoorden?zoek=waar+bestaat+niet")
    assert "Er is niets gevonden" in anna.page
    anna.get("/antwoorden?stand=draft")
    assert "1 onderwerp" in anna.page and "carla" in anna.page


def test_a_figure_is_corrected_checked_approved_by_another_and_live(
    newsroom: Office, anna: Browser, bert: Browser
) -> None:
    anna.get(PATH)
    form = {**fields(anna), "answer_nl": "U bent 99 dagen hier. Dan mag u naar huis."}
    anna.post(f"{PATH}/controle", form)
    assert "99 dagen" in anna.page or "'99" in html.unescape(anna.page)
    assert "geen van de gekozen passages" in anna.page and "<html" not in anna.page
    anna.get(PATH)
    anna.post(PATH, {**form, "answer_nl": GOOD, "note": "cijfer verbeterd", "submit": "1"})
    number = draft_of(newsroom).id
    assert draft_of(newsroom).state is State.IN_REVIEW and "wacht op een collega" in anna.page
    anna.post(f"/antwoorden/concept/{number}/goedkeuren")
    assert "Vraag een collega" in anna.page and draft_of(newsroom).state is State.IN_REVIEW
    bert.get(f"/antwoorden/concept/{number}")
    assert "<ins>" in bert.page and "cijfer verbeterd" in bert.page
    bert.post(f"/antwoorden/concept/{number}/goedkeuren", {"note": "klopt"})
    assert published(newsroom).answer["nl"] != GOOD
    anna.post(f"/antwoorden/concept/{number}/publiceren", {"when": "now"})
    assert "Gepubliceerd" in anna.page and published(newsroom).answer["nl"] == GOOD
    anna.get(f"/antwoorden/versies/topic/{TOPIC}")
    assert "goedgekeurd door bert" in anna.page and "cijfer verbeterd" in anna.page
    anna.post(f"/antwoorden/versies/topic/{TOPIC}", {"version": "1"})
    assert "staat weer live" in anna.page and published(newsroom).answer["nl"] != GOOD


def test_what_is_wrong_blocks_publishing_and_a_rejection_is_told(
    newsroom: Office, anna: Browser, bert: Browser
) -> None:
    write(anna, answer_nl="U bent 99 dagen hier.")
    number = draft_of(newsroom).id
    bert.get(f"/antwoorden/concept/{number}")
    assert bert.post(f"/antwoorden/concept/{number}/terugsturen", {"reason": " "}).status_code == 400
    bert.post(f"/antwoorden/concept/{number}/terugsturen", {"reason": "99 klopt niet"})
    anna.get(PATH)
    assert "99 klopt niet" in anna.page
    anna.post(f"/antwoorden/concept/{number}/voorleggen")
    bert.post(f"/antwoorden/concept/{number}/goedkeuren")
    bert.post(f"/antwoorden/concept/{number}/publiceren")
    assert "de controles houden het tegen" in bert.page and draft_of(newsroom).state is State.APPROVED


def test_publishing_at_a_time_and_taking_it_back(newsroom: Office, anna: Browser, bert: Browser) -> None:
    write(anna, answer_nl=GOOD)
    number = draft_of(newsroom).id
    bert.get(f"/antwoorden/concept/{number}")
    bert.post(f"/antwoorden/concept/{number}/goedkeuren")
    wrong = bert.post(f"/antwoorden/concept/{number}/publiceren", {"when": "later", "at": "2001-01-01T10:00"})
    assert wrong.status_code == 400 and "nog moet komen" in bert.page
    bert.post(f"/antwoorden/concept/{number}/publiceren", {"when": "later", "at": "2099-12-03T17:00"})
    assert "3 december 2099, 17:00" in bert.page and draft_of(newsroom).state is State.SCHEDULED
    bert.get("/antwoorden/publicaties")
    assert "gaat live op 3 december 2099, 17:00" in bert.page
    bert.post(f"/antwoorden/concept/{number}/terughalen")
    assert draft_of(newsroom).state is State.DRAFT


def test_of_two_who_save_the_second_chooses_field_by_field(newsroom: Office, anna: Browser, bert: Browser) -> None:
    for browser in (anna, bert):
        browser.get(PATH)
    mine, theirs = fields(anna), fields(bert)
    bert.post(PATH, {**theirs, "answer_nl": GOOD, "review_by": "2028-01-01"})
    response = anna.post(PATH, {**mine, "answer_nl": "U bent hier twee dagen.", "short_nl": "Twee of drie dagen."})
    assert response.status_code == 409 and "Twee versies" in anna.page and "allebei veranderd" in anna.page
    hidden = {
        **mine,
        "answer_nl": "U bent hier twee dagen.",
        "short_nl": "Twee of drie dagen.",
        "shown": anna.page.split('name="shown" value="')[1].split('"')[0],
        "choice:answer.nl": "theirs",
    }
    anna.post(f"{PATH}/samenvoegen", hidden)
    found = draft_of(newsroom).piece
    assert (found.answer["nl"], found.short["nl"]) == (GOOD, "Twee of drie dagen.")  # type: ignore[union-attr]
    assert found.review_by == date(2028, 1, 1) and "samengevoegd" in anna.page  # type: ignore[union-attr]
    # Somebody who chose on a page that is old by now chooses again.
    assert anna.post(f"{PATH}/samenvoegen", hidden).status_code == 409


def test_what_is_typed_survives_a_closed_page_and_an_expired_session(newsroom: Office, anna: Browser) -> None:
    anna.get(PATH)
    form = {**fields(anna), "answer_nl": "Half af"}
    anna.post(f"{PATH}/controle", form)
    anna.get(PATH)
    assert "Half af" in anna.page and "U was hier bezig" in anna.page
    assert "Half af" in newsroom_preview(anna)
    owner = owner_in(anna)
    newsroom.clock.forward(minutes=30)
    anna.post(PATH, {**form, "answer_nl": "Bijna af", "draft_owner": owner})
    assert log_in_again(newsroom, anna) == PATH
    anna.get(PATH)
    assert "Bijna af" in anna.page and fields(anna)["seen"] == form["seen"]
    anna.post(f"{PATH}/weggooien")
    assert "Bijna af" not in anna.page and "Half af" not in anna.page


def newsroom_preview(browser: Browser) -> str:
    """What the frame shows; it may stand on pages of the desk only."""
    response = browser.client.get(f"/antwoorden/voorbeeld/{TOPIC}")
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    return response.text


def test_dates_that_are_none_are_told_and_nothing_is_lost(newsroom: Office, anna: Browser) -> None:
    anna.get(PATH)
    response = anna.post(PATH, {**fields(anna), "as_of": "gisteren", "answer_nl": "Nieuw"})
    assert response.status_code == 400 and "Nieuw" in anna.page and "klopte op" in anna.page
    assert anna.post(PATH, {"seen": "onzin"}).status_code == 400
    assert anna.get("/antwoorden/onderwerp/bestaat_niet").status_code == 404


def test_a_new_topic_with_a_new_passage_goes_to_training_and_the_gate_is_told(
    newsroom: Office, anna: Browser, bert: Browser
) -> None:
    anna.get("/antwoorden/nieuw")
    given = {"question": "Hoe groot is de kans?", "subject": "study", "name": "Kans!"}
    assert anna.post("/antwoorden/nieuw", given).status_code == 400 and "korte naam" in anna.page
    anna.post("/antwoorden/nieuw", {**given, "name": "chance"})
    assert "Hoe groot is de kans?" in anna.page
    anna.get("/antwoorden/bronnen/passage?voor=study_chance&bron=ram-ms-qa")
    bad = anna.post(
        "/antwoorden/bronnen/passage", {"topic": "study_chance", "source": "ram-ms-qa", "text": "De kans is 80%."}
    )
    assert bad.status_code == 400 and "niet letterlijk" in anna.page
    anna.post(
        "/antwoorden/bronnen/passage", {"topic": "study_chance", "source": "ram-ms-qa", "text": "De kans is 30%."}
    )
    path = "/antwoorden/onderwerp/study_chance"
    anna.get(path)
    form = {
        **fields(anna),
        "answer_nl": "De kans is 30%. Dat staat in de bron.",
        "short_nl": "De kans is 30%.",
        "questions_nl": "\n".join(f"kans nummer {number} graag" for number in range(15)),
        "passage:study_chance-desk-1": "on",
        "follow_1": "study_aim",
        "follow_2": "study_where",
        "submit": "1",
    }
    anna.post(path, form)
    number = draft_of(newsroom, "study_chance").id
    assert "Hoort erbij" in anna.page and "geen fouten" in anna.page
    assert draft_of(newsroom, "study_chance-desk-1", "passage").state is State.IN_REVIEW
    bert.get(f"/antwoorden/concept/{number}")
    bert.post(f"/antwoorden/concept/{number}/goedkeuren")
    passage = draft_of(newsroom, "study_chance-desk-1", "passage")
    assert passage.state is State.APPROVED and f'name="with-{passage.id}" checked' in bert.page
    bert.post(f"/antwoorden/concept/{number}/publiceren", {"when": "now", f"with-{passage.id}": "on"})
    assert "Wacht op haar beurt" in bert.page and "data-poll" in bert.page
    [job] = jobs_of(newsroom)
    assert set(job.drafts) == {number, passage.id}
    finish(newsroom, job.id, STOPPED)
    bert.get(f"/antwoorden/publicaties/{job.id}/stand")
    assert "data-ended" in bert.page
    bert.get(f"/antwoorden/publicaties/{job.id}")
    for told in ("pakt te veel vragen af", "waar is het onderzoek", "afgepakt", "ik wil niet meer leven", "het weer"):
        assert told in bert.page
    assert "accept-1" not in bert.page
    bert.post(f"/antwoorden/publicaties/{job.id}/toch")
    assert "Kies eerst" in bert.page
    bert.post(f"/antwoorden/publicaties/{job.id}/toch", {"accept-0": "on", "talk-het weer": "on"})
    newest = jobs_of(newsroom)[0]
    assert newest.id != job.id and newest.accepted == ("waar is het onderzoek", "het weer")
    finish(newsroom, newest.id, {"passed": False, "reasons": ["checks"], "findings": ["x"]})
    bert.get(f"/antwoorden/publicaties/{newest.id}")
    assert "De controles op de tekst vinden fouten" in bert.page
    bert.post(f"/antwoorden/publicaties/{newest.id}/opnieuw")
    assert len(jobs_of(newsroom)) == 3


def jobs_of(newsroom: Office) -> list[jobs.Job]:
    with newsroom.session() as session:
        return jobs.newest(session)


@pytest.mark.parametrize(
    ("by_chance", "told", "untold"),
    [(True, "niet door uw wijziging", "Schrijf die vraag anders"), (False, "door uw wijziging", "safety.yml")],
)
def test_a_lost_message_of_danger_is_told_with_what_to_do(
    newsroom: Office, anna: Browser, by_chance: bool, told: str, untold: str
) -> None:
    write(anna, questions_nl="een vraag\nnog een")
    anna.post(f"/antwoorden/concept/{draft_of(newsroom).id}/proefmodel")
    [job] = jobs_of(newsroom)
    lost = {**STOPPED["changes"][1], "by_chance": by_chance}  # type: ignore[index]
    finish(newsroom, job.id, {**STOPPED, "reasons": ["safety"], "changes": [lost]})
    anna.get(f"/antwoorden/publicaties/{job.id}")
    assert "wordt niet meer goed herkend" in anna.page
    assert told in anna.page
    assert untold not in anna.page


def test_a_training_tells_what_each_step_took(newsroom: Office, anna: Browser) -> None:
    write(anna, questions_nl="een vraag\nnog een")
    anna.post(f"/antwoorden/concept/{draft_of(newsroom).id}/proefmodel")
    with newsroom.session() as session:
        job = jobs.claim(session, "me", newsroom.clock())
        assert job is not None
        jobs.keep(session, job.id, "me", newsroom.clock(), jobs.Step.QUESTIONS, {"training": 31.4})
    anna.get(f"/antwoorden/publicaties/{job.id}/stand")
    assert "31 seconden" in anna.page
    finish(newsroom, job.id, {**STOPPED, "seconds": {"training": 31.4, "questions": 1.0}})
    anna.get(f"/antwoorden/publicaties/{job.id}")
    assert "31 seconden" in anna.page
    assert "1 seconde<" in anna.page


def test_a_trial_model_is_trained_without_publishing(newsroom: Office, anna: Browser) -> None:
    write(anna, questions_nl="een vraag\nnog een")
    number = draft_of(newsroom).id
    anna.post(f"/antwoorden/concept/{number}/proefmodel")
    [job] = jobs_of(newsroom)
    assert not job.publishes and draft_of(newsroom).state is State.IN_REVIEW
    finish(newsroom, job.id, {**STOPPED, "passed": True, "reasons": []}, JobState.PASSED)
    anna.get(f"/antwoorden/publicaties/{job.id}")
    assert "Er is niets gepubliceerd" in anna.page


def test_off_the_air_and_back_at_once_and_gone_after_review(newsroom: Office, anna: Browser, bert: Browser) -> None:
    path = f"/antwoorden/lucht/{TOPIC}"
    anna.get(path)
    assert "Dit antwoord is er nu niet." in anna.page and "This answer is not available now." in anna.page
    assert anna.post(f"{path}/af", {"text_nl": " ", "note": "fout"}).status_code == 400
    anna.post(f"{path}/af", {"text_nl": "Dit zoeken wij uit.", "offer_1": "study_where"})
    assert "Patiënten lezen nu" in anna.page and "Dit zoeken wij uit." in anna.page
    anna.get("/antwoorden")
    assert "Van de lucht" in anna.page
    anna.post(f"{path}/op")
    assert "Weer op de lucht" in anna.page
    anna.post(f"{path}/op")
    assert "al weer op de lucht" in anna.page
    anna.post(f"{path}/vervallen", {"text_nl": "Dit onderwerp is er niet meer.", "offer_1": "study_where"})
    notice = draft_of(newsroom, TOPIC, "notice")
    assert notice.state is State.IN_REVIEW and "vervalt" in anna.page
    bert.get(f"/antwoorden/concept/{notice.id}")
    bert.post(f"/antwoorden/concept/{notice.id}/goedkeuren")
    assert "Goedgekeurd" in bert.page


def test_a_draft_that_was_overtaken_is_brought_up_to_date(newsroom: Office, anna: Browser, bert: Browser) -> None:
    write(anna, answer_nl=GOOD)
    number = draft_of(newsroom).id
    with newsroom.session() as session:
        store.publish(session, [topic(TOPIC, short={"nl": "Twee dagen."})], "dirk", newsroom.clock())
    bert.get(f"/antwoorden/concept/{number}")
    assert "Werk dit concept eerst bij" in bert.page
    bert.post(f"/antwoorden/concept/{number}/goedkeuren")
    bert.post(f"/antwoorden/concept/{number}/publiceren")
    assert "andere versie" in bert.page
    bert.post(f"/antwoorden/concept/{number}/bijwerken")
    found = draft_of(newsroom).piece
    assert (found.answer["nl"], found.short["nl"]) == (GOOD, "Twee dagen.")  # type: ignore[union-attr]
    bert.post(f"/antwoorden/concept/{number}/weggooien")
    assert "weggegooid" in bert.page


def test_a_source_is_added_and_marked_as_replaced(newsroom: Office, anna: Browser) -> None:
    anna.get("/antwoorden/bronnen/bron")
    assert anna.post("/antwoorden/bronnen/bron", {"title": "Nieuwe Q&A"}).status_code == 400
    anna.post("/antwoorden/bronnen/bron", {"title": "Nieuwe Q&A", "publisher": "Een ziekenhuis", "document": "qa.txt"})
    anna.get("/antwoorden/bronnen")
    assert "Nieuwe Q&amp;A" in anna.page
    anna.get("/antwoorden/bronnen/bron/ram-ms-qa")
    seen = anna.page.split('name="seen" value="')[1].split('"')[0]
    given = {"title": "Vragen over de studie", "publisher": "Een ziekenhuis", "document": "qa.txt", "seen": seen}
    anna.post("/antwoorden/bronnen/bron/ram-ms-qa", {**given, "superseded_by": "nieuwe-q-a-1", "language": "nb"})
    found = draft_of(newsroom, "ram-ms-qa", "source").piece
    assert (found.superseded_by, found.language) == ("nieuwe-q-a-1", "nb")  # type: ignore[union-attr]
    assert anna.post("/antwoorden/bronnen/bron/ram-ms-qa", given).status_code == 400 and "Kies opnieuw" in anna.page
    anna.get("/antwoorden/bronnen/document/qa.txt")
    assert "Vragen en antwoorden" in anna.page
    assert anna.get("/antwoorden/bronnen/document/..").status_code == 404


def test_the_box_to_try_is_kind_when_the_models_are_away(anna: Browser) -> None:
    anna.get("/antwoorden/proberen")
    assert anna.post("/antwoorden/proberen", {"text": "waar is het"}).status_code == 503
    assert "Proberen lukt nu even niet" in anna.page and 'value="waar is het"' in anna.page


def test_a_nurse_sees_none_of_it(newsroom: Office) -> None:
    nurse = newsroom.first_log_in("nel")
    assert nurse.get(PATH).status_code == nurse.get("/antwoorden").status_code == 403
    assert nurse.post(f"/antwoorden/lucht/{TOPIC}/af", {"text_nl": "x"}).status_code == 403


WORDS = st.text("ab *\n", max_size=12)


@given(WORDS, WORDS, st.lists(st.sampled_from(["study_groups", "study_where"]), unique=True, max_size=2))
def test_a_topic_comes_back_from_its_own_form_unchanged(answer: str, english: str, others: list[str]) -> None:
    made = topic(
        TOPIC,
        answer={"nl": answer, **({"en": english} if english.strip() else {})} if answer.strip() else {},
        follow_ups=tuple(others),
        picture=Picture("ahsct-phases", {"nl": "Vier fasen"}),
        exceptions={"readability": "moeilijke woorden"},
    )
    back, wrong = from_form(to_form(made), made, content())
    assert (back, wrong) == (made, [])


@given(st.dictionaries(st.sampled_from(["answer.nl", "short.nl", "review_by"]), st.sampled_from(["mine", "theirs"])))
def test_what_is_chosen_is_what_is_saved(choices: dict[str, str]) -> None:
    base, mine = topic(TOPIC), topic(TOPIC, answer={"nl": "een"}, short={"nl": "een"}, review_by=date(2028, 1, 1))
    theirs = replace(mine, answer={"nl": "twee"}, short={"nl": "twee"}, review_by=date(2029, 1, 1))
    conflict = Conflict(base, mine, theirs, "bert", Seen(1, 1))
    made = conflicts.composed(conflict, {f"choice:{name}": choice for name, choice in choices.items()})
    assert {one.field for one in conflicts.differences(conflict)} == {"answer.nl", "short.nl", "review_by"}
    for name, choice in choices.items():
        whole, _, language = name.partition(".")
        wanted, got = getattr({"mine": mine, "theirs": theirs}[choice], whole), getattr(made, whole)
        assert (got[language] == wanted[language]) if language else (got == wanted)


def test_a_version_that_the_gate_held_can_be_let_back_on_purpose(newsroom: Office, anna: Browser) -> None:
    with newsroom.session() as session:
        topic_now = store.published(session).topics[TOPIC]
        other = replace(topic_now, questions={"nl": tuple(f"heel andere vraag {n}" for n in range(15))})
        store.publish(session, [other], "anna", newsroom.clock())
    anna.get(f"/antwoorden/versies/topic/{TOPIC}")
    anna.post(f"/antwoorden/versies/topic/{TOPIC}", {"version": "1"})
    [job] = jobs_of(newsroom)
    finish(newsroom, job.id, STOPPED)
    anna.get(f"/antwoorden/publicaties/{job.id}")
    anna.post(f"/antwoorden/publicaties/{job.id}/toch", {"accept-0": "on"})
    newest = jobs_of(newsroom)[0]
    assert newest.id != job.id and newest.accepted == ("waar is het onderzoek",)
    assert newest.pieces == job.pieces
