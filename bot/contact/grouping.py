"""Questions that are alike, put together: for staff who read hundreds of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

# Mean cosine distance from which two groups are not alike any more.
ALIKE = 0.85


def groups(texts: Sequence[str], background: Sequence[str] = (), alike: float = ALIKE) -> list[list[int]]:
    """Group texts by likeness of words and of letters, so that misspelt questions find each other.

    Args:
        texts: what to group.
        background: other texts of the kind, from which is learnt which words are common and tell nothing.
        alike: mean cosine distance from which two groups are not joined.

    Returns:
        Places in `texts`, every one in exactly one group, the largest group first, then by place.
    """
    same: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        same.setdefault(" ".join(text.casefold().split()), []).append(place)
    labels = _clusters(list(same), background, alike)
    found: dict[int, list[int]] = {}
    for label, places in zip(labels, same.values(), strict=True):
        found.setdefault(label, []).extend(places)
    return sorted((sorted(group) for group in found.values()), key=lambda group: (-len(group), group[0]))


def _clusters(texts: Sequence[str], background: Sequence[str], alike: float) -> list[int]:
    if len(texts) < 2:
        return [0] * len(texts)
    # Loaded when needed: most processes never group anything.
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import cosine_distances
    from sklearn.pipeline import make_union

    features = make_union(
        TfidfVectorizer(strip_accents="unicode", sublinear_tf=True),
        TfidfVectorizer(strip_accents="unicode", analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
    )
    # A word without a letter or figure would leave the vocabulary empty.
    features.fit([*texts, *background, "vraag"])
    distances = cosine_distances(features.transform(texts))
    clustering = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=alike
    )
    return [int(label) for label in clustering.fit_predict(distances)]
