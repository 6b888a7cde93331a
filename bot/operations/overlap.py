"""How much the evaluation sets look like the training examples: `python -m bot.operations.overlap`.

A set that repeats training examples measures memory. For each question this finds the training example that shares most
words with it: equal after normalising, or nearly so (at least four in five of all words of the two).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from bot.nlu.text import normalise

SETS = ("everyday", "hard", "dialogue", "out_of_scope", "safety", "fresh_everyday", "fresh_hard")
NEARLY = 0.8


@dataclass(frozen=True)
class Overlap:
    """How much questions look like examples.

    Attributes:
        questions: how many there are.
        same: how many stand among the examples literally, but for case, accents and punctuation.
        nearly: how many share at least `NEARLY` of all words with an example, the same ones included.
        likeness: mean share of words that a question has in common with the example most like it.
    """

    questions: int
    same: int
    nearly: int
    likeness: float


def overlap(questions: Sequence[str], examples: Iterable[str]) -> Overlap:
    """Compare questions with examples.

    >>> overlap(["Wat kost het?", "val ik af"], ["wat kost het", "wie betaalt het"])
    Overlap(questions=2, same=1, nearly=1, likeness=0.5)
    """
    known = {normalise(example) for example in examples}
    by_word: dict[str, set[str]] = {}
    for example in known:
        for word in example.split():
            by_word.setdefault(word, set()).add(example)
    likeness = [_nearest(normalise(question), by_word) for question in questions]
    return Overlap(
        questions=len(questions),
        same=sum(normalise(question) in known for question in questions),
        nearly=sum(share >= NEARLY for share in likeness),
        likeness=mean(likeness) if likeness else 0.0,
    )


def _nearest(question: str, by_word: dict[str, set[str]]) -> float:
    words = set(question.split())
    others = set().union(*(by_word.get(word, set()) for word in words)) if words else set()
    return max((len(words & set(one.split())) / len(words | set(one.split())) for one in others), default=0.0)


def main() -> int:
    """Print the overlap of each evaluation set with the training examples as a table."""
    from bot.operations.benchmark import examples, questions

    known = [text for texts in examples().values() for text in texts]
    print(
        "| set | questions | literally in training | nearly | mean likeness to the nearest example |\n"
        "|---|---|---|---|---|"
    )
    for name in SETS:
        found = overlap([one.text for one in questions(name)], known)
        print(f"| {name} | {found.questions} | {found.same} | {found.nearly} | {found.likeness:.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
