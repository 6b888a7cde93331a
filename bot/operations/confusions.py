"""Which labels are taken for each other: `python -m bot.operations.confusions [--write FILE]`.

Cross-validation on the training examples: each part is understood by a model that learnt from the others. The pairs at
the top are those whose scopes or examples deserve a look. Takes about two minutes and needs no trained model.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import yaml
from sklearn.model_selection import StratifiedKFold

from bot import languages
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
    parser.add_argument("--language", default=languages.first(), choices=languages.codes())
    parser.add_argument("--write", type=Path, help="also write them to this file")
    options = parser.parse_args(arguments)
    # A language that is there in part has labels with too few examples to keep some apart.
    known = {label: texts for label, texts in examples(options.language).items() if len(texts) >= FOLDS}
    pairs = [(text, label) for label, texts in sorted(known.items()) for text in texts]
    text = report(held_out(pairs, classifier(options.language), FOLDS))
    print(text)
    if options.write:
        options.write.write_text(f"{INTRODUCTION}\n{text}\n", encoding="utf-8")
    return 0


def classifier(language: str, config: Path = ROOT / "config.yml") -> Callable[[], IntentModel]:
    """What makes an untrained model for a language: with its own lexicon and options, as training does."""
    pipeline = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    options = next(one for one in pipeline if "languages" in one and "lexicon" in one)
    own = {**options, **options["languages"].get(language, {})}
    lexicon = Lexicon.load(config.parent / own["lexicon"])
    features = FeatureSettings(rarest=own["rarest"])
    return lambda: IntentModel(ModelSettings(features=features), lexicon)


def held_out(pairs: Sequence[Pair], untrained: Callable[[], IntentModel], folds: int) -> list[Pair]:
    """For each (text, label): its label and the best label of a model that did not learn from this text.

    Raises:
        ValueError: when a label has fewer texts than there are folds.
    """
    labels = [label for _, label in pairs]
    found = []
    for learn, ask in StratifiedKFold(folds, shuffle=True, random_state=1).split(labels, labels):
        model = untrained().fit([pairs[row][0] for row in learn], [labels[row] for row in learn])
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
