"""Which labels are taken for each other: `python -m bot.operations.confusions [--write FILE]`.

Cross-validation on the training examples: each part is understood by a model that learnt from the others. The pairs at
the top are those whose scopes or examples deserve a look. Takes about two minutes and needs no trained model.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from sklearn.model_selection import StratifiedKFold

from bot.nlu.concepts import Lexicon
from bot.nlu.features import FeatureSettings
from bot.nlu.intent_model import IntentModel, ModelSettings
from bot.operations.benchmark import examples
from bot.settings import ROOT

FOLDS = 3
SHOWN = 30
INTRODUCTION = """# Labels that are taken for each other

Made by `python -m bot.operations.confusions --write docs/confusions.md`; not edited by hand. Each part of the examples
in `data/faq/` and `data/nlu/` was understood by a model that learnt from the others. Pairs with what is outside come
first because that has the most examples, and lies next to everything.
"""
Pair = tuple[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the pairs that are confused most."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", default="nl")
    parser.add_argument("--write", type=Path, help="also write them to this file")
    options = parser.parse_args(arguments)
    pairs = [(text, label) for label, texts in sorted(examples(options.language).items()) for text in texts]
    lexicon = Lexicon.load(ROOT / "data" / "lexicon" / "concepts.yml")
    text = report(held_out(pairs, lexicon, FOLDS))
    print(text)
    if options.write:
        options.write.write_text(f"{INTRODUCTION}\n{text}\n", encoding="utf-8")
    return 0


def held_out(pairs: Sequence[Pair], lexicon: Lexicon | None, folds: int) -> list[Pair]:
    """For each (text, label): its label and the best label of a model that did not learn from this text.

    Raises:
        ValueError: when a label has fewer texts than there are folds.
    """
    labels = [label for _, label in pairs]
    found = []
    for learn, ask in StratifiedKFold(folds, shuffle=True, random_state=1).split(labels, labels):
        settings = ModelSettings(features=FeatureSettings(rarest=2))
        model = IntentModel(settings, lexicon).fit([pairs[row][0] for row in learn], [labels[row] for row in learn])
        found += [(labels[row], model.understand(pairs[row][0]).ranking[0][0]) for row in ask]
    return found


def report(judged: Iterable[Pair], shown: int = SHOWN) -> str:
    """The share that was right, and the pairs that were taken for each other most, in either direction.

    >>> print(report([("a", "a"), ("a", "b"), ("b", "a"), ("c", "c")], shown=1))
    2 of 4 held-out examples got their own label as best (50.0%).
    <BLANKLINE>
    | labels | taken for each other | of their examples |
    |---|---|---|
    | `a`, `b` | 2 | 66.7% |
    """
    listed = list(judged)
    size = Counter(true for true, _ in listed)
    wrong = Counter((min(pair), max(pair)) for pair in listed if pair[0] != pair[1])
    right = len(listed) - wrong.total()
    lines = [
        f"{right} of {len(listed)} held-out examples got their own label as best ({100 * right / len(listed):.1f}%).",
        "",
        "| labels | taken for each other | of their examples |",
        "|---|---|---|",
    ]
    for (one, other), count in wrong.most_common(shown):
        share = 100 * count / (size[one] + size[other])
        lines.append(f"| `{one}`, `{other}` | {count} | {share:.1f}% |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
