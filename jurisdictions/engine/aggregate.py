"""One score from the scores of several experts: exact fractions, never rounded on the way."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any, Literal

from jurisdictions.schema.scoring import ScoreTable

Way = Literal["mean", "median", "trimmed"]
_TRIMMED_NEEDS = 3


class TooFewScoresError(ValueError):
    """There are not enough scores for the way they are put together."""


def aggregate(
    scores: Sequence[Decimal],
    way: Way,
    *,
    sources: Sequence[str] = (),
    weights: Mapping[str, Decimal] | None = None,
) -> Fraction:
    """Put scores together.

    Args:
        scores: one for each expert.
        way: ``mean``; ``median`` (of an even number the middle of the two in the middle);
            ``trimmed`` drops one highest and one lowest, then takes the mean.
        sources: where each expert comes from, in the order of ``scores``; used with weights.
        weights: share of each source in the mean; the mean of a source counts with its share.

    Raises:
        TooFewScoresError: no score, fewer than three to trim, or a source without a score.
    """
    exact = [Fraction(score) for score in scores]
    if not exact:
        raise TooFewScoresError("没有可以汇总的评分")
    if weights:
        return _weighted(exact, sources, weights)
    if way == "median":
        return _median(exact)
    if way == "trimmed":
        if len(exact) < _TRIMMED_NEEDS:
            raise TooFewScoresError(f"去掉最高分和最低分须至少 {_TRIMMED_NEEDS} 份评分")
        exact = sorted(exact)[1:-1]
    return _mean(exact)


def _mean(scores: Sequence[Fraction]) -> Fraction:
    return sum(scores, Fraction(0)) / len(scores)


def _median(scores: Sequence[Fraction]) -> Fraction:
    ranked, middle = sorted(scores), len(scores) // 2
    return ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2


def _weighted(
    scores: Sequence[Fraction], sources: Sequence[str], weights: Mapping[str, Decimal]
) -> Fraction:
    total, shares = Fraction(0), Fraction(0)
    for source, weight in weights.items():
        own = [score for score, where in zip(scores, sources, strict=True) if where == source]
        if not own:
            raise TooFewScoresError(f"没有来源为“{source}”的评分")
        total += Fraction(weight) * _mean(own)
        shares += Fraction(weight)
    return total / shares


def spread(scores: Sequence[Decimal], places: int = 2) -> Decimal:
    """Standard deviation of all scores (as a population), rounded half up.

    Raises:
        TooFewScoresError: no score.
    """
    exact = [Fraction(score) for score in scores]
    if not exact:
        raise TooFewScoresError("没有可以汇总的评分")
    mean = _mean(exact)
    variance = _mean([(score - mean) ** 2 for score in exact])
    with localcontext() as context:
        context.prec = 50
        root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
        return root.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def rounded(value: Fraction, places: int = 2) -> Decimal:
    """A fraction for people: rounded half up; ranks and thresholds use the fraction itself."""
    shifted = value * 10**places
    # Half away from zero; scores are never negative.
    whole = (2 * shifted.numerator + shifted.denominator) // (2 * shifted.denominator)
    return Decimal(whole).scaleb(-places)


def as_text(value: Fraction) -> str:
    """A fraction as kept in the record, e.g. ``266/3``."""
    return f"{value.numerator}/{value.denominator}"


def from_text(text: str) -> Fraction:
    """A fraction as it was kept."""
    return Fraction(text)


def grade_of_exact(table: ScoreTable, value: Fraction) -> str | None:
    """The grade of an aggregated score; None where the table gives none. Never rounds."""
    for grade in table.grades:
        above = grade.at_least is None or value >= Fraction(grade.at_least)
        below = grade.at_most is None or value <= Fraction(grade.at_most)
        if above and below:
            return grade.label
    return None


def ranks(values: Mapping[Any, Fraction]) -> dict[Any, int]:
    """Places by score, the highest first; equal scores share a place (1, 2, 2, 4)."""
    ordered = sorted(values.values(), reverse=True)
    return {key: ordered.index(value) + 1 for key, value in values.items()}
