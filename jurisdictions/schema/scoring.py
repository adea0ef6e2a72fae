"""Score tables: lines with their own arithmetic, groups, bonus, thresholds, caps."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from jurisdictions.schema.base import Code, Entry, Strict

Computed = Literal[
    "matching_paid", "matching_years", "grants_spent", "area", "formal_members", "members",
    "posts_filled", "apprentices", "agreements", "trained", "trained_heads", "activities",
    "took_part", "plans_in_time", "agreement_filed", "ledger_kept", "dossier_filled",
]  # fmt: skip


class ScoreItem(Entry):
    """One line. ``text`` and ``standard`` are printed word for word; ``asks`` is the input.

    ``clause`` names the line of the official table; ``computed`` what the portal's own books
    say about it.
    """

    id: Code
    text: str
    standard: str = ""
    max: Decimal = Field(ge=0)
    source: str = Field(default="", description="register or ledger that fills the line")
    computed: Computed | None = None
    counts: tuple[Code, ...] = Field(
        default=(), description="categories of activities that count for the line; empty: all"
    )


class Judged(ScoreItem):
    """A person gives 0 to ``max``; less than ``max`` needs a reason."""

    kind: Literal["judged"]


class AllOrNothing(ScoreItem):
    """``max`` when it is there, nothing when it is not. Input: yes or no."""

    kind: Literal["all_or_nothing"]


class Shortfall(ScoreItem):
    """``max`` less ``deduct`` for each ``step`` short of ``target``; none at all gives nothing.

    A started step counts as a whole one (``started: true``), or only whole ones do.
    Input: a number. ``none_gives_nothing`` is 「没有不得分」.
    """

    kind: Literal["shortfall"]
    target: Decimal
    step: Decimal = Field(gt=0)
    deduct: Decimal = Field(gt=0)
    started: bool = True
    none_gives_nothing: bool = False
    unit: str = ""


class Deduction(Entry):
    """One thing that costs points when it is absent."""

    id: Code
    text: str
    points: Decimal = Field(gt=0)


class Deducted(ScoreItem):
    """``max`` less the points of each part that is absent. Input: part id to yes or no."""

    kind: Literal["deducted"]
    parts: tuple[Deduction, ...] = Field(min_length=1)


class Tier(Strict):
    """From ``at_least`` on, so many points."""

    at_least: Decimal
    points: Decimal = Field(ge=0)


class Tiered(ScoreItem):
    """Points by the highest tier reached. Input: a number.

    ``between_judged``: where the text leaves the middle to the assessor (低于标准的视情扣分),
    a number below the top tier but above nothing asks for points and a reason.
    """

    kind: Literal["tiered"]
    tiers: tuple[Tier, ...] = Field(min_length=1)
    between_judged: bool = False
    unit: str = ""


class Head(Strict):
    """A kind of person and what each counts."""

    id: Code
    text: str
    points: Decimal = Field(gt=0)


class PerHead(ScoreItem):
    """Points per person up to ``max``. Input: head id to number."""

    kind: Literal["per_head"]
    heads: tuple[Head, ...] = Field(min_length=1)


class Veto(ScoreItem):
    """When it applies the grade is ``grade``, whatever the total. Input: yes or no."""

    kind: Literal["veto"]
    grade: str


Item = Annotated[
    Judged | AllOrNothing | Shortfall | Deducted | Tiered | PerHead | Veto,
    Field(discriminator="kind"),
]


class Group(Entry):
    """Lines under one heading with a subtotal; ``bonus`` groups come on top of the base."""

    id: Code
    title: str
    max: Decimal = Field(ge=0)
    bonus: bool = False
    items: tuple[Item, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        found = sum((item.max for item in self.items), Decimal(0))
        if found != self.max:
            raise ValueError(f"分组“{self.title}”应为 {self.max} 分，各项合计 {found} 分")
        return self


class Grade(Entry):
    """A grade and the lowest total that gives it; the last one has no threshold."""

    label: str
    at_least: Decimal | None = None
    at_most: Decimal | None = Field(
        default=None, description="written where the text leaves a gap; the gap gets no grade"
    )


class Cap(Entry):
    """At most a share may get a grade, rounded down; 原则上: exceeding needs a reason."""

    grade: str
    share: str = Field(pattern=r"^\d+(\.\d+)?%$")
    of: Literal["passed", "assessed"]
    hard: bool = False


class ScoreTable(Entry):
    """A whole table. ``draft_note`` marks one that the portal made up (样表由系统拟制)."""

    title: str
    total: Decimal = Field(gt=0)
    groups: tuple[Group, ...] = Field(min_length=1)
    grades: tuple[Grade, ...] = ()
    caps: tuple[Cap, ...] = ()
    bonus_counts: bool = Field(default=True, description="bonus points count toward the grades")
    draft_note: str = ""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        found = sum((group.max for group in self.groups), Decimal(0))
        if found != self.total:
            raise ValueError(f"总分应为 {self.total} 分，各组合计 {found} 分")
        ids = [item.id for group in self.groups for item in group.items]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"评分项编号重复：{'、'.join(twice)}")
        return self
