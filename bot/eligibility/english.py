"""Plain English answers to the questions of the pre-screen. What is not plain is not guessed: the choices are offered.

Dutch free text is read far more widely (`interpret`). Here a message answers the open question only, when it is a
label, a bare yes, no or don't-know, an age, a form of MS, or a drug in use. A message with more in it than that might
say the opposite ("yes, with a stick"), so it answers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.eligibility import steering
from bot.eligibility.criteria import Criterion, Outcome, Trial
from bot.eligibility.interpret import LONGEST, MAX_WORDS, Answer, Interpretation, option_labelled
from bot.eligibility.mention import Mention
from bot.eligibility.message import plain

_POLITE = r"(?:(?:no|ok|okay|sorry|wait|please|now|well|actually|thanks|thank you|hmm+|uh+|oh)[ ,.!]+)*"
_WISH = (
    r"(?:(?:i (?:want|would like|need|wish)|i'?d like|i'?ll|can (?:we|i|you)|could (?:we|i|you)|may i|let'?s|let us)"
    r"(?: please)?(?: to)? )?"
)
_STOP = re.compile(
    rf"^{_POLITE}{_WISH}(?:stop|quit|exit|cancel|end|abort)"
    r"(?: (?:it|this|here|now|please|asking(?: me)?|with (?:this|the|these)|(?:the|these) questions?|"
    r"questions?))*[ .!?]*$|"
    rf"^{_POLITE}i (?:do not|don'?t) want to (?:go on|continue|answer(?: \w+){{0,3}})(?: any ?more)?[ .!]*$|"
    r"^no more questions(?: please)?[ .!]*$"
)
_BACK = re.compile(
    rf"^{_POLITE}{_WISH}(?:(?:go |take me )?back(?: (?:one|a) (?:step|question))?|"
    rf"(?:go )?(?:back )?to the previous question|"
    r"(?:the )?previous(?: question)?|(?:change|correct|edit) (?:my|the|an)(?: last| previous)? answer|"
    r"i made a mistake|(?:that|this) (?:is|was) (?:wrong|not right|a mistake)|that'?s wrong)(?: please)?[ .!?]*$"
)
_RESTART = re.compile(
    rf"^{_POLITE}{_WISH}(?:start|begin) (?:again|over|anew)(?: from the (?:beginning|start))?(?: please)?[ .!?]*$|"
    r"^restart(?: please)?[ .!]*$"
)
_QUESTION = re.compile(
    r"\?|^(?:but |and |so )?(?:what|why|how|when|where|who|which|whose|can|could|do|does|did|is|are|am|"
    r"will|would|should|"
    r"may|must|has|have) (?:i|you|we|they|it|he|she|that|this|there|the|a|an|is|are|does|do|will|if|about|"
    r"much|many|long)\b"
)
_UNSURE = re.compile(
    r"^(?:(?:i(?: really| honestly)? (?:do not|don'?t) (?:really )?(?:know|remember|recall)|i (?:am|"
    r"'m) not (?:so |quite |"
    r"really |very )?(?:sure|certain)|i'm not (?:so |quite |really |very )?(?:sure|certain)|(?:do not|"
    r"don'?t) know|dunno|"
    r"idk|not (?:so |quite |really |very )?(?:sure|certain)|(?:i(?: have|'ve)? )?no (?:idea|clue)|unsure|maybe|perhaps|"
    r"possibly|i (?:have forgotten|forgot)|hard to say|it depends|i would have to (?:ask|check)|"
    r"i'?d have to (?:ask|check)|"
    r"i (?:cannot|can'?t) (?:say|remember))(?:[ ,.!]+|$))+(?:(?:about )?(?:that|it|this)|yet|sorry|exactly|"
    r"right now|anymore)?[ .!]*$"
)
_YES = re.compile(
    r"^(?:(?:yes|yeah|yea|yep|yup|ye|ja|sure|certainly|absolutely|definitely|of course|correct|right|true|"
    r"indeed|ok|okay|"
    r"fine|agreed|i (?:do|am|have|did|can|agree|could|would)|that is (?:right|correct|true|fine|ok)|"
    r"that'?s (?:right|correct|true|fine|ok)|please|thanks|thank you|i think so|no problem|i want to know|"
    r"i do want to know|"
    r"with me|by me|it is|i have had (?:one|that)|i had (?:one|that))(?:[ ,.!]+|$))+$"
)
_NO = re.compile(
    r"^(?:(?:no|nope|nah|nee|not really|never|certainly not|absolutely not|definitely not|of course not|not at all|"
    r"i (?:do not|don'?t|am not|have not|haven'?t|did not|didn'?t|cannot|can ?not|can'?t|could not|couldn'?t|would not|"
    r"wouldn'?t|never have|never did|have never|disagree|would rather not|do not agree|don'?t agree|"
    r"do not want (?:that|to)|"
    r"don'?t want (?:that|to)|have none|have neither)|i'?m not|i'd rather not|i'?ve never|"
    r"that is not (?:right|true)|rather not|"
    r"unfortunately(?: not)?|sadly(?: not)?|sorry|thanks|thank you|none|neither|i think not|i don'?t think so|"
    r"not that i know(?: of)?|not any ?more)(?:[ ,.!]+|$))+$"
)
# Where ever having used a drug is what counts, having used it once or stopped with it says so plainly; # is the drug.
_EVER = re.compile(
    r"^(?:(?:yes|yeah|yep)[ ,.]+)?(?:i |i'?ve |i have )?(?:once |already |also )?"
    r"(?:used(?: to (?:take|use|have))?|took|taken|had|was on|been on|(?:stopped|quit)(?: with| taking| using)?) #"
    r"(?:(?:,| and|, and| or) #)*(?:,? (?:once|before|earlier|in the past|last year|"
    r"(?:a|an|one|two|three|\d+) (?:years?|months?) ago|"
    r"in (?:19|20)\d\d|(?:until|till|from|since) (?:19|20)\d\d|(?:to|until) (?:19|20)\d\d|"
    r"for (?:a|one|two|three|\d+) (?:years?|months?)))*[ .!]*$"
)
_NEVER_USED = re.compile(
    r"^(?:no[ ,.]+)?(?:i(?: have|'?ve)? )?(?:never|not) (?:used|had|taken|took|tried|been on) "
    r"(?:(?:any|one|either) of )?(?:them|these|those|that|it|any|one)(?: (?:drugs|medicines|ones|three))?[ .!]*$|"
    r"^(?:no[ ,.]+)?none of (?:them|these|those)(?: (?:drugs|medicines|three))?[ .!]*$"
)
_AGE = re.compile(
    r"^(?:(?:yes|no)[ ,.]+)?(?:(?:i am|i'm|im|my age is|age|aged)[ :]+)?(\d{1,3})(?: ?(?:years?(?: old)?|"
    r"yrs?|y/?o))?[ .!]*$"
)
_BORN = re.compile(r"^(?:(?:yes|no)[ ,.]+)?(?:(?:i was |i am |i'm )?born (?:in )?)?((?:19|20)\d\d)[ .!]*$")
# With one of these beside a name, somebody may say that they do not have it, or had it once.
_TURNED = re.compile(
    r"\b(?:no|not|never|none|n't|nt|don'?t|cannot|without|stop\w*|quit|used|was|were|had|been|until|till|"
    r"ago|last|past|before|"
    r"former\w*|previous\w*|will|going to|start\w*|maybe|perhaps|think|unless|except|instead|allergic|"
    r"refused|but|or|if|"
    r"my (?:mother|father|sister|brother|wife|husband|son|daughter|friend|partner))\b|n't\b"
)


def interpret_english(
    text: str, trial: Trial, asked: str | None, mentions: Sequence[Mention], today: date
) -> Interpretation:
    """What an English message means while `asked` is the open question; the arguments are those of `interpret`.

    Raises:
        KeyError: `asked` is no criterion of the trial.
    """
    text = text[:LONGEST]
    flat = plain(text).strip()
    criterion = trial.criterion(asked) if asked else None
    chosen = option_labelled(criterion, flat) if criterion else None
    if chosen is None:
        if _RESTART.match(flat) or steering.wants_restart(flat):
            return Interpretation(wants_restart=True)
        if _STOP.match(flat) or steering.wants_stop(flat):
            return Interpretation(wants_stop=True)
        if _BACK.match(flat) or steering.wants_back(flat):
            return Interpretation(wants_back=True)
        if _QUESTION.search(flat):
            return Interpretation(is_question=True)
        chosen = _option(criterion, flat, mentions, today) if criterion else None
    if criterion is None or chosen is None:
        return Interpretation()
    option = criterion.option(chosen)
    return Interpretation(answers=(Answer(criterion.id, option.id, option.outcome, text.strip()[:MAX_WORDS], True),))


def _option(criterion: Criterion, flat: str, mentions: Sequence[Mention], today: date) -> str | None:
    if _UNSURE.match(flat):
        return "unknown"
    if _YES.match(flat):
        return criterion.plain_yes
    if _NO.match(flat):
        return criterion.plain_no
    if "min" in criterion.limits:
        return _by_age(criterion, flat, today)
    if criterion.drugs and _NEVER_USED.match(flat):
        return criterion.plain_no
    if _used_once(criterion, flat, mentions):
        return "yes"
    if _TURNED.search(flat):
        return None
    if criterion.drugs and any(mention.kind == "drug" and mention.value in criterion.drugs for mention in mentions):
        return "yes"
    forms = {mention.value.lower() for mention in mentions if mention.kind == "ms_type"}
    if len(forms) == 1 and criterion.id == "ms_type":
        [form] = forms
        return form if any(option.id == form for option in criterion.options) else None
    return None


def _used_once(criterion: Criterion, flat: str, mentions: Sequence[Mention]) -> bool:
    """Whether somebody plainly says to have used one of the drugs of a criterion that asks whether one ever did."""
    if not criterion.drugs or criterion.option("yes").outcome is not Outcome.NOT_MET:
        return False
    drugs = [mention for mention in mentions if mention.kind == "drug"]
    for mention in drugs:
        flat = flat.replace(plain(mention.text).strip(), "#")
    return any(mention.value in criterion.drugs for mention in drugs) and _EVER.match(flat) is not None


def _by_age(criterion: Criterion, flat: str, today: date) -> str | None:
    """The option for an age or a year of birth; unknown when it depends on the birthday."""
    age, born = _AGE.match(flat), _BORN.match(flat)
    if not age and not born:
        return None
    years = (int(age[1]),) if age else (today.year - int(born[1]) - 1, today.year - int(born[1])) if born else ()
    fits = {criterion.limits["min"] <= each <= criterion.limits["max"] for each in years}
    if len(fits) > 1:
        return "unknown"
    return "yes" if True in fits else "no"
