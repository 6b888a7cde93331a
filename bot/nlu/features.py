"""From text to sparse features: word n-grams, character n-grams and concepts, each weighted by rarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from bot.nlu.concepts import Lexicon
from bot.nlu.text import normalise


@dataclass(frozen=True)
class FeatureSettings:
    """Which features are made and how much each family counts.

    Words and characters that fewer than `rarest` texts have are left out: 2 halves the model when there are thousands.
    """

    word_ngrams: tuple[int, int] = (1, 2)
    character_ngrams: tuple[int, int] = (2, 4)
    rarest: int = 1
    word_weight: float = 1.0
    character_weight: float = 1.0
    concept_weight: float = 0.5


class Featurizer:
    """Turns texts into rows of a sparse matrix. Learns its vocabulary from the training texts."""

    def __init__(self, settings: FeatureSettings, lexicon: Lexicon | None = None) -> None:
        """A featurizer that has learnt nothing yet."""
        families = {
            "words": TfidfVectorizer(
                preprocessor=normalise,
                token_pattern=r"\S+",
                ngram_range=settings.word_ngrams,
                min_df=settings.rarest,
                sublinear_tf=True,
            ),
            "characters": TfidfVectorizer(
                preprocessor=normalise,
                analyzer="char_wb",
                ngram_range=settings.character_ngrams,
                min_df=settings.rarest,
                sublinear_tf=True,
            ),
        }
        weights = {"words": settings.word_weight, "characters": settings.character_weight}
        if lexicon is not None and settings.concept_weight:
            families["concepts"] = TfidfVectorizer(analyzer=ConceptAnalyzer(lexicon), sublinear_tf=True)
            weights["concepts"] = settings.concept_weight
        self._union = FeatureUnion(list(families.items()), transformer_weights=weights)

    def fit_transform(self, texts: Sequence[str]) -> csr_matrix:
        """Learn the vocabulary and give the rows of the training texts."""
        return self._union.fit_transform(texts).tocsr()

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """The rows of other texts; what was not learnt is left out."""
        return self._union.transform(texts).tocsr()


class ConceptAnalyzer:
    """Concepts, and ordered pairs of neighbouring concepts, as features. A class, so that it can be stored."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Analyse with this lexicon."""
        self._lexicon = lexicon

    def __call__(self, text: str) -> list[str]:
        """The features of one text."""
        found = list(dict.fromkeys(self._lexicon.find(normalise(text))))
        pairs = [f"{one}+{other}" for index, one in enumerate(found) for other in found[index + 1 :]]
        return found + pairs if found else ["(none)"]
