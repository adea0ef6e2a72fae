"""评审结果: signed sheets become one result per case; every change of it is kept."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q

from jurisdictions.engine.aggregate import (
    TooFewScoresError,
    aggregate,
    as_text,
    from_text,
    grade_of_exact,
    ranks,
    rounded,
    spread,
)
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.scoring import plain
from jurisdictions.queries import policy_of
from jurisdictions.schema.scoring import ScoreTable
from reviews.domain import weighing
from reviews.domain.work import PASS, REFUSE
from reviews.enums import RunState, SeatState
from reviews.models import Case, PanelResult, Seat, StageRun

#: Outcomes of a panel by which everybody goes on with his place or his score.
PASSING_ON = ("rank", "grade")


@dataclass(frozen=True)
class Judged:
    """What the signed sheets of a case say.

    Attributes:
        seats: those that count, in order of signing.
        agree: sheets for.
        against: sheets against.
        exact: aggregated score; None without a table, or while there are too few scores.
        shares: what the score is made of, where earlier scores count.
        grade: what the table calls the score.
        short: why there is no score yet.
    """

    seats: tuple[Seat, ...]
    agree: int = 0
    against: int = 0
    exact: Fraction | None = None
    grade: str | None = None
    short: str = ""
    scores: tuple[Decimal, ...] = field(default=())
    shares: tuple[weighing.Share, ...] = ()

    @property
    def count(self) -> int:
        """How many sheets count."""
        return len(self.seats)

    @property
    def score(self) -> Decimal | None:
        """The score for people, two decimals; decisions use ``exact``."""
        return None if self.exact is None else rounded(self.exact)

    @property
    def made_of(self) -> str:
        """What the score is made of, in words; empty where only this stage counts."""
        return "，".join(str(share) for share in self.shares)

    @property
    def deviation(self) -> Decimal | None:
        """Standard deviation of the scores: for the head of the panel alone."""
        return spread(self.scores) if self.scores else None


def table_of(policy: Policy, stage: Any) -> ScoreTable | None:
    """The score table of a stage; None where experts give opinions."""
    return policy.ruleset.score_tables[stage.score_table] if stage.score_table else None


def counted(run: StageRun, case: Case) -> list[Seat]:
    """Seats whose sheet is signed and not void."""
    rows = Seat.objects.filter(run=run,
        case=case, state=SeatState.SEATED,
        sheet__signed_at__isnull=False, sheet__voided_at__isnull=True,
    )  # fmt: skip
    return list(rows.select_related("sheet", "expert__user").order_by("sheet__signed_at", "pk"))


def judged(policy: Policy, stage: Any, seats: Iterable[Seat], case: Case) -> Judged:
    """Put the sheets of these seats for a case together as the stage says."""
    rows = tuple(seats)
    if stage.mode == "opinion":
        agree = sum(1 for seat in rows if seat.sheet.verdict == PASS)
        return Judged(rows, agree=agree, against=len(rows) - agree)
    scores = tuple(seat.sheet.total or Decimal(0) for seat in rows)
    try:
        own = aggregate(scores, stage.aggregate, sources=[seat.source for seat in rows],
                        weights=stage.seats.weights or None)  # fmt: skip
        shares = weighing.shares_of(policy, stage, case, own)
        exact = weighing.combined(shares) if shares else own
    except (TooFewScoresError, weighing.NoScoreError) as error:
        return Judged(rows, short=str(error), scores=scores)
    table = table_of(policy, stage)
    grade = grade_of_exact(table, exact) if table else None
    return Judged(rows, exact=exact, grade=grade, scores=scores, shares=shares)


def suggested(policy: Policy, stage: Any, found: Judged) -> str:
    """What the sheets point to; a person proposes and the office signs.

    More sheets for than against, or any grade but the lowest, points to a pass. Where the
    ruleset ranks or grades later, everybody is passed on. Empty where nothing can be said.
    """
    if stage.outcome in PASSING_ON:
        return PASS
    if stage.mode == "opinion":
        return PASS if found.agree > found.against else REFUSE
    table = table_of(policy, stage)
    if table is None or not table.grades or found.grade is None:
        return ""
    return REFUSE if found.grade == table.grades[-1].label else PASS


def proposed_text(stage: Any, found: Judged) -> str:
    """The opinion for the sheet, without names: numbers, then what the experts wrote."""
    if not found.count:
        return ""
    if found.exact is not None and found.score is not None:
        grade = f"（{found.grade}）" if found.grade else ""
        scored = "综合得分" if found.shares else "得分"
        made = f"，其中{found.made_of}" if found.shares else ""
        head = f"专家 {found.count} 人评审，{scored} {plain(found.score)} 分{grade}{made}。"
    else:
        head = f"专家 {found.count} 人评审，同意 {found.agree} 人，不同意 {found.against} 人。"
    texts = list(dict.fromkeys(s.sheet.text.strip() for s in found.seats if s.sheet.text.strip()))
    return head + "".join(f"\n{n}．{text}" for n, text in enumerate(texts, 1))


def refresh(
    run: StageRun, case: Case, policy: Policy, stage: Any, *, by: Any, reason: str
) -> PanelResult | None:
    """Keep what the sheets say now, when it is something else than what was kept last.

    Returns:
        The newest row; None while nothing was ever signed.
    """
    found = judged(policy, stage, counted(run, case), case)
    last = newest(run, case)
    keys = sorted(str(seat.public_id) for seat in found.seats)
    exact = "" if found.exact is None else as_text(found.exact)
    said = (found.agree, found.against, exact, keys)
    if last is None and not found.count:
        return None
    if last is not None and (last.agree, last.against, last.exact, last.seats) == said:
        return last
    return PanelResult.objects.create(
        run=run, case=case, number=last.number + 1 if last else 1, count=found.count,
        agree=found.agree, against=found.against, exact=exact, score=found.score, seats=keys,
        reason=reason[:300], by=by,
    )  # fmt: skip


def newest(run: StageRun, case: Case) -> PanelResult | None:
    """What was kept last for a case."""
    return PanelResult.objects.filter(run=run, case=case).order_by("number").last()


def weight_of(row: PanelResult) -> Fraction:
    """By what cases are put in order: the exact score, else the share of sheets for."""
    if row.exact:
        return from_text(row.exact)
    return Fraction(row.agree, row.count) if row.count else Fraction(0)


def ranking(rows: Iterable[PanelResult]) -> dict[int, int]:
    """Places of cases by their newest results; equal results share a place.

    Args:
        rows: results in the order they were kept; a later row of a case replaces an earlier.
    """
    last: Mapping[int, PanelResult] = {row.case_id: row for row in rows}
    return ranks({case: weight_of(row) for case, row in last.items()})


@dataclass(frozen=True)
class Standing:
    """Where a ranking panel or hearing puts a case.

    Attributes:
        place: 1 for the first; equal results share a place.
        tied: somebody else has the same place.
        said: the score, or the sheets for among all, in words.
    """

    place: int
    tied: bool
    said: str


def standings_of(cases: Iterable[Case]) -> dict[int, Standing]:
    """Standings of cases of one procedure whose ranking panel is over, by their keys.

    Empty where nothing ranks.
    """
    rows = list(cases)
    if not rows:
        return {}
    application = rows[0].application
    stages = policy_of(application.ruleset).stages(application.procedure)
    ranking_stages = [s.id for s in stages if getattr(s, "outcome", "") in PASSING_ON]
    found = PanelResult.objects.filter(
        case__in=[case.pk for case in rows], run__stage__in=ranking_stages[-1:],
        run__state=RunState.DONE,
    )  # fmt: skip
    last = {row.case_id: row for row in found.order_by("pk")}
    places = ranking(last.values())
    shared = Counter(places.values())
    return {
        case: Standing(place, shared[place] > 1, _in_words(last[case]))
        for case, place in places.items()
    }


def _in_words(row: PanelResult) -> str:
    if row.score is not None:
        return f"{plain(row.score)} 分"
    return f"同意 {row.agree}/{row.count}"


def places_of(cases: Iterable[Case]) -> dict[int, int]:
    """Places of cases of one procedure whose ranking panel is over; empty where nothing ranks."""
    return {case: standing.place for case, standing in standings_of(cases).items()}


def places_in_round(run: StageRun) -> dict[int, int]:
    """Places among the cases of the same round at the same stage, as far as they are judged."""
    case = run.case
    if case is None or case.application.round_id is None:
        return {}
    found = PanelResult.objects.filter(
        run__stage=run.stage, case__application__round=case.application.round_id
    ).filter(Q(run__state=RunState.DONE) | Q(run=run))
    return ranking(found.order_by("pk"))
