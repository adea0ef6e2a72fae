"""The money of a studio: where it comes from, what for, how much must be added, until when."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from jurisdictions.schema.base import Code, Entry


class Source(Entry):
    """Where money comes from. ``grant`` is public money, ``match`` what the unit must add."""

    id: Code
    label: str
    kind: Literal["grant", "match", "other"]


class Purpose(Entry):
    """What money may be used for. ``other``: a reason is asked and the entry is flagged.

    ``period``: some purposes hold only after the construction period.
    """

    id: Code
    label: str
    other: bool = False
    period: Literal["any", "after_term"] = "any"


class MatchDuty(Entry):
    """How much the unit must pay in.

    Exactly one way: a ``minimum`` in yuan, ``grant_received`` (not less than the public money
    received), or ``some`` (any positive sum). ``within`` says in which time it is counted.
    """

    id: Code
    title: str
    minimum: Decimal | None = Field(default=None, gt=0)
    grant_received: bool = False
    some: bool = False
    within: Literal["always", "term", "calendar_year", "year_after_term"] = "always"
    severity: Literal["block", "warn", "info"] = "warn"
    says: str = Field(description="sentence for people while it is not met")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum((self.minimum is not None, self.grant_received, self.some)) != 1:
            raise ValueError("minimum、grant_received、some 必须且只能写一个")
        return self


class Ahead(Entry):
    """A word before a day; ``{until}`` is the day, ``{left}`` the money left now."""

    months: Annotated[int, Field(ge=1, le=24)]
    says: str


class UseUp(Entry):
    """Grant and match should be used up by the end of the construction period."""

    by: Literal["term_end"]
    severity: Literal["block", "warn", "info"] = "warn"
    says: str
    ahead: Ahead | None = None


class VoucherMark(Entry):
    """What every voucher must carry; ``{name}`` is the name of the studio."""

    text: str


class FixedAssets(Entry):
    """Things that count as fixed assets are entered in a list of their own."""

    says: str


class Audit(Entry):
    """An audit by a third party at the end of the construction period."""

    title: str
    required: bool = True


class Account(Entry):
    """A separate account: its name is kept, money serves nothing else."""

    name_required: bool = False
    says: str = ""


class Encouraged(Entry):
    """What the unit may give besides; recorded, never demanded."""

    id: Code
    text: str


class Ledger(Entry):
    """经费台账 of a studio."""

    title: str = "经费台账"
    account: Account | None = None
    sources: tuple[Source, ...] = Field(min_length=1)
    purposes: tuple[Purpose, ...] = Field(min_length=1)
    matching: tuple[MatchDuty, ...] = ()
    use_up: UseUp | None = None
    voucher_mark: VoucherMark | None = None
    fixed_assets: FixedAssets | None = None
    audit: Audit | None = None
    encouraged: tuple[Encouraged, ...] = ()

    @model_validator(mode="after")
    def _codes_once(self) -> Self:
        for rows in (self.sources, self.purposes, self.matching):
            ids = [row.id for row in rows]
            twice = sorted({i for i in ids if ids.count(i) > 1})
            if twice:
                raise ValueError(f"编号重复：{'、'.join(twice)}")
        return self
