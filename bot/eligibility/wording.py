"""A trial in other words: what staff published for its texts, put over those of its file. Pure.

Only words change. What is met, asked, limited or cited is the file's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.eligibility.criteria import Criterion, Texts, Trial

Words = Mapping[str, str]


def reworded(trial: Trial, words: Words) -> Trial:
    """The trial with these words.

    Args:
        trial: as its file has it.
        words: by name of the text: `trial.ram-ms.age.question.nl`; names that the trial does not have do nothing.
    """
    start = f"trial.{trial.id}."
    own = {name.removeprefix(start): text for name, text in words.items() if name.startswith(start) and text.strip()}
    if not own:
        return trial

    def said(name: str, texts: Texts) -> Texts:
        return {language: own.get(f"{name}.{language}", text) for language, text in texts.items()}

    return replace(
        trial,
        recruitment_text={
            status: said(f"recruitment.{status.value}", texts) for status, texts in trial.recruitment_text.items()
        },
        outcome_words={
            outcome: said(f"outcome.{outcome.value}", texts) for outcome, texts in trial.outcome_words.items()
        },
        criteria=tuple(_criterion(criterion, said) for criterion in trial.criteria),
    )


def _criterion(criterion: Criterion, said: Callable[[str, Texts], Texts]) -> Criterion:
    name = criterion.id
    return replace(
        criterion,
        name=said(f"{name}.name", criterion.name),
        question=said(f"{name}.question", criterion.question),
        help=said(f"{name}.help", criterion.help),
        options=tuple(
            replace(option, label=said(f"{name}.option.{option.id}", option.label)) for option in criterion.options
        ),
        explanation={
            outcome: said(f"{name}.explanation.{outcome.value}", texts)
            for outcome, texts in criterion.explanation.items()
        },
        way_on=said(f"{name}.way_on", criterion.way_on),
    )
