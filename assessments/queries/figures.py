"""Sums over the studios of places, each in one query whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import ExtractYear

from applications.domain.claims import FOUNDING
from applications.enums import Status, StudioStatus
from applications.models import Application, Studio
from assessments.enums import DueKind
from assessments.models import (
    Apprentice,
    Clawback,
    GradeRecord,
    GrantDue,
    LedgerEntry,
    Obligation,
    Recommendation,
)
from assessments.queries.dues import DECIDED
from assessments.queries.policies import assesses
from assessments.queries.reach import told
from jurisdictions.models import Jurisdiction, Ruleset
from jurisdictions.queries import BULKY, current_ruleset, policy_of

ZERO = Decimal(0)


@dataclass(frozen=True)
class Scope:
    """Whose figures: places, perhaps one year, perhaps one district."""

    places: tuple[Jurisdiction, ...]
    year: int | None = None
    district: str = ""

    def of(self, rows: QuerySet[Any], *, place: str, district: str) -> QuerySet[Any]:
        """Narrow rows by the columns that name their place and district."""
        found = rows.filter(**{f"{place}__in": [p.pk for p in self.places]})
        return found.filter(**{district: self.district}) if self.district else found

    def of_studios(self, rows: QuerySet[Any], way: str = "studio__") -> QuerySet[Any]:
        """Narrow rows of studios whose naming was told.

        Args:
            rows: the rows.
            way: leads from a row to its studio.
        """
        found = rows.filter(told(way))
        return self.of(found, place=f"{way}jurisdiction", district=f"{way}district")


@dataclass
class Sums:
    """Numbers by a key and a name; what was never counted is zero.

    Attributes:
        cells: the numbers.
        bad: names that mean something unfavourable.
    """

    cells: dict[tuple[Any, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    bad: set[str] = field(default_factory=set)

    def add(self, key: Any, name: str, amount: Any) -> None:
        """Add to a cell."""
        self.cells[(key, name)] += amount or 0

    def keys(self) -> list[Any]:
        """The keys that occur, in order."""
        return sorted({key for key, _ in self.cells})

    def row(self, key: Any, names: Iterable[str]) -> list[Decimal]:
        """The cells of a key."""
        return [self.cells.get((key, name), ZERO) for name in names]

    def names(self) -> list[str]:
        """The names that occur, in the order in which they came."""
        return list(dict.fromkeys(name for _, name in self.cells))


class _Both:
    """The same numbers by year, and by district within the year that is asked for."""

    def __init__(self, scope: Scope) -> None:
        self.year = scope.year
        self.sums = {"year": Sums(), "district": Sums()}

    def add(self, year: int, district: str, name: str, amount: Any, *, good: bool = True) -> None:
        """Add to both tables."""
        if not good:
            for sums in self.sums.values():
                sums.bad.add(name)
        self.sums["year"].add(year, name, amount)
        if self.year in (None, year):
            self.sums["district"].add(district or "未填写", name, amount)


def _rulesets(keys: set[int]) -> Mapping[int, Ruleset]:
    return Ruleset.objects.defer(*BULKY).in_bulk(keys)


def filings(scope: Scope) -> dict[str, Sums]:
    """Filings handed in, decided and named, by year and by district.

    What was decided and is not told yet counts as handed in only.
    """
    rows = scope.of(
        Application.objects.filter(procedure=FOUNDING, submitted_at__isnull=False),
        place="jurisdiction", district="district",
    ).annotate(
        year=ExtractYear("submitted_at"),
        told=Case(When(result_released_at__isnull=False, then="result"), default=Value("")),
    )  # fmt: skip
    counted = list(
        rows.order_by().values_list("year", "district", "told", "ruleset").annotate(n=Count("pk"))
    )
    known = _rulesets({row[3] for row in counted})
    found = {"year": Sums(), "district": Sums()}
    for year, district, result, ruleset, n in counted:
        keys = {"year": year, "district": district or "未填写"}
        names = ["filed"]
        if result:
            names.append("decided")
            meaning = policy_of(known[ruleset]).procedure(FOUNDING).results.get(result)
            names += ["named"] if meaning and meaning.favourable else []
        for by, key in keys.items():
            if by == "year" or scope.year in (None, year):
                for name in names:
                    found[by].add(key, name, n)
    return found


def studios(scope: Scope) -> dict[str, Sums]:
    """Studios by year of naming, district and industry: named, living, ended."""
    rows = scope.of_studios(Studio.objects.all(), way="")
    found = {"year": Sums(), "district": Sums(), "industry": Sums()}
    counted = rows.order_by().annotate(year=ExtractYear("founded_on"))
    for year, district, industry, status, n in counted.values_list(
        "year", "district", "industry", "status"
    ).annotate(n=Count("pk")):
        keys = {
            "year": year, "district": district or "未填写", "industry": industry or "未填写",
        }  # fmt: skip
        name = "ended" if status == StudioStatus.ENDED else "living"
        for by, key in keys.items():
            if by == "year" or scope.year in (None, year):
                found[by].add(key, "named", n)
                found[by].add(key, name, n)
    return found


def funds(scope: Scope) -> dict[str, Sums]:
    """Public money paid, money matched and money used, by year and by district.

    Payments are counted where they entered the ledger; a place without ledgers counts the
    payments themselves.
    """
    found = {"year": Sums(), "district": Sums()}

    def add(year: int, district: str, name: str, amount: Any) -> None:
        found["year"].add(year, name, amount)
        if scope.year in (None, year):
            found["district"].add(district or "未填写", name, amount)

    paid = scope.of_studios(
        GrantDue.objects.filter(paid_on__isnull=False, entry__isnull=True)
    ).annotate(year=ExtractYear("paid_on"))
    for year, district, amount in (
        paid.order_by().values_list("year", "studio__district").annotate(n=Sum("paid_amount"))
    ):
        add(year, district, "paid", amount)
    kinds = _source_kinds(scope.places)
    lines = scope.of_studios(LedgerEntry.objects.filter(struck_at__isnull=True)).annotate(
        year=ExtractYear("on")
    )
    for year, district, place, direction, source, amount in (
        lines.order_by()
        .values_list("year", "studio__district", "studio__jurisdiction", "direction", "source")
        .annotate(n=Sum("amount"))
    ):
        if direction == "out":
            add(year, district, "used", amount)
        elif (name := kinds.get((place, source))) is not None:
            add(year, district, name, amount)
    return found


def _source_kinds(places: Iterable[Jurisdiction]) -> dict[tuple[int, str], str]:
    """Whether a source of a place is public money or the unit's own."""
    names = {"grant": "paid", "match": "matched"}
    found = {}
    for place in places:
        ruleset = current_ruleset(place)
        rules = policy_of(ruleset).ruleset.ledger if ruleset else None
        for source in rules.sources if rules else ():
            if source.kind in names:
                found[(place.pk, source.id)] = names[source.kind]
    return found


def clawbacks(scope: Scope) -> dict[str, Sums]:
    """Money to be paid back and money that came back, by year of the decision and by district."""
    rows = scope.of_studios(Clawback.objects.all()).annotate(year=ExtractYear("decided_on"))
    found = _Both(scope)
    for name, column in (("owed", "amount"), ("back", "payments__amount")):
        counted = rows.order_by().values_list("year", "studio__district").annotate(n=Sum(column))
        for year, district, amount in counted:
            found.add(year, district, name, amount)
    return found.sums


def trainees(scope: Scope) -> dict[str, Sums]:
    """People taken on by year, and certificates won by year and by district."""
    rows = scope.of_studios(Apprentice.objects.filter(struck_at__isnull=True))
    found = {"year": Sums(), "district": Sums(), "level": Sums()}
    for name, column in (("taken", "since"), ("certified", "certified_on")):
        dated = rows.filter(**{f"{column}__isnull": False}).annotate(year=ExtractYear(column))
        for year, district, level, n in (
            dated.order_by()
            .values_list("year", "studio__district", "level")
            .annotate(n=Count("pk"))
        ):
            found["year"].add(year, name, n)
            if scope.year in (None, year):
                found["district"].add(district or "未填写", name, n)
                if name == "certified":
                    found["level"].add(level, name, n)
    return found


def assessments(scope: Scope) -> dict[str, Sums]:
    """Results of assessments by year and by district, in the words of the texts.

    Those given before the portal and entered with their studios are counted too.
    """
    rows = scope.of(
        Application.objects.filter(
            studio__isnull=False, status=Status.DECIDED, result_released_at__isnull=False
        ).exclude(
            procedure=FOUNDING
        ),
        place="jurisdiction", district="studio__district",
    ).annotate(year=ExtractYear(F("status_changed_at")))  # fmt: skip
    counted = list(
        rows.order_by()
        .values_list("year", "studio__district", "procedure", "result", "ruleset")
        .annotate(n=Count("pk"))
    )
    known = _rulesets({row[4] for row in counted})
    found = _Both(scope)
    before = scope.of(
        GradeRecord.objects.filter(application=None),
        place="studio__jurisdiction", district="studio__district",
    ).annotate(year=ExtractYear("decided_on"))  # fmt: skip
    columns = ("year", "studio__district", "grade", "passed")
    for year, district, grade, passed, n in (
        before.order_by().values_list(*columns).annotate(n=Count("pk"))
    ):
        found.add(year, district, grade, n, good=passed)
    for year, district, procedure, result, ruleset, n in counted:
        policy = policy_of(known[ruleset])
        if not assesses(policy, procedure):
            continue
        shape = policy.procedures.get(procedure)
        meaning = shape.results.get(result) if shape else None
        label, good = (meaning.label, meaning.favourable) if meaning else (result, True)
        found.add(year, district, label, n, good=good)
    return found.sums


def recommended(scope: Scope) -> Sums:
    """Letters that recommend studios upward and stand, by year and by level."""
    rows = scope.of_studios(
        Recommendation.objects.filter(person="", struck_at__isnull=True)
    ).annotate(year=ExtractYear("on"))
    found = Sums()
    for year, level, n in rows.order_by().values_list("year", "level").annotate(n=Count("pk")):
        found.add(year, level, n)
    return found


def papers(scope: Scope, on: Any) -> dict[str, Sums]:
    """Papers and assessments by year of their last day and by district.

    Each is in time, late, overdue or not due yet.
    """
    rows = scope.of_studios(
        Obligation.objects.filter(
            due_on__isnull=False, kind__in=[DueKind.PAPER, DueKind.AGREEMENT, DueKind.ASSESSMENT]
        )
    ).annotate(year=ExtractYear("due_on"))
    states = {
        "in_time": Q(done_on__lte=F("due_on")),
        "late": Q(done_on__gt=F("due_on")),
        "overdue": Q(done_on__isnull=True, due_on__lt=on) & ~DECIDED,
        "open": Q(done_on__isnull=True) & (Q(due_on__gte=on) | DECIDED),
    }
    found = _Both(scope)
    counts = {name: Count("pk", filter=state) for name, state in states.items()}
    for line in rows.order_by().values("year", "studio__district").annotate(**counts):
        for name in states:
            found.add(line["year"], line["studio__district"], name, line[name])
    return found.sums


def years(places: Iterable[Jurisdiction]) -> list[int]:
    """Years in which something was filed, named, paid or spent, the newest first."""
    keys = [place.pk for place in places]
    filed = Application.objects.filter(jurisdiction__in=keys, submitted_at__isnull=False)
    named = Studio.objects.filter(jurisdiction__in=keys)
    found = set(
        filed.order_by().annotate(y=ExtractYear("submitted_at")).values_list("y", flat=True)
    )
    found |= set(named.order_by().annotate(y=ExtractYear("founded_on")).values_list("y", flat=True))
    money = LedgerEntry.objects.filter(studio__jurisdiction__in=keys, struck_at__isnull=True)
    found |= set(money.order_by().annotate(y=ExtractYear("on")).values_list("y", flat=True))
    return sorted(found, reverse=True)


def districts(places: Iterable[Jurisdiction]) -> list[str]:
    """Districts that filings or studios of the places name."""
    keys = [place.pk for place in places]
    found: set[str] = set()
    for model in (Application, Studio):
        rows = model._default_manager.filter(jurisdiction__in=keys).exclude(district="")
        found |= set(rows.order_by().values_list("district", flat=True).distinct())
    return sorted(found)
