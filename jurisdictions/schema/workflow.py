"""The road of a case: offices, stages in order, time limits."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from jurisdictions.schema.base import Code, Entry, FieldPath, Strict
from jurisdictions.schema.stages import Stage

_WHOLE = 100


class OfficeRole(Entry):
    """A role a live office fills through an OfficeBinding.

    ``covers_by`` is the answer that picks among several offices of the role (district,
    department); empty: there is one office for the whole jurisdiction.
    """

    label: str
    covers_by: FieldPath | None = None
    kind: Literal["bureau", "department", "centre", "party", "consulted", "upper"] = "bureau"
    seal: bool = True


class Deadline(Entry):
    """The last moment of a round and what it binds.

    ``binds: arrival`` means the case must have reached the office of ``arrival_stage`` in time;
    ``advised_days_before`` is an earlier day shown to applicants.
    """

    closes_on: str = Field(default="", description="YYYY-MM-DD when the text fixes the day")
    opens_on: str = ""
    binds: Literal["submit", "arrival"] = "submit"
    arrival_stage: Code | None = None
    advised_days_before: int = 0
    lapse_unfinished: bool = True
    late_says: str = ""


class Floating(Entry):
    """Places that follow the number of filings: a share of those who applied in the round.

    ``passed`` names the stage whose passing filings are counted instead. Whatever the share
    comes to, there are at least ``minimum`` and at most ``maximum`` places.
    """

    share: str = Field(pattern=r"^\d+(\.\d+)?%$")
    passed: Code | None = None
    rounding: Literal["down", "up", "nearest"]
    minimum: int | None = Field(default=None, ge=0)
    maximum: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _bounds_fit(self) -> Self:
        if not 0 < Decimal(self.share.rstrip("%")) <= _WHOLE:
            raise ValueError("share 须大于 0%，不超过 100%")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum 不得大于 maximum")
        return self


class Quota(Entry):
    """Most that may be named in a round: a number, or one that floats.

    ``result``: the number holds for this result of the decision alone (首席 2 名).
    """

    result: Code | None = None
    maximum: int | None = Field(default=None, ge=0)
    floating: Floating | None = None
    per_year: int | None = Field(default=None, ge=1, description="rounds in a calendar year")
    severity: Literal["block", "warn"] = "block"

    @model_validator(mode="after")
    def _result_has_a_number(self) -> Self:
        if self.result is None:
            return self
        if self.maximum is None and self.floating is None:
            raise ValueError("按结果设名额须写 maximum 或 floating")
        if self.per_year is not None or self.severity != "block":
            raise ValueError("按结果设的名额不写 per_year，severity 须为 block")
        return self


class RoundRules(Strict):
    """What holds for a call of this procedure."""

    deadline: Deadline | None = None
    quota: tuple[Quota, ...] = ()
    asks: tuple[Literal["publicity_days", "closes_at", "quota"], ...] = ()
    reference: Entry = Entry()


class Workflow(Entry):
    """Stages in order. ``same_as`` borrows the stages of another procedure."""

    same_as: Code | None = None
    stages: tuple[Stage, ...] = ()

    @model_validator(mode="after")
    def _either(self) -> Self:
        if bool(self.same_as) == bool(self.stages):
            raise ValueError("workflow 写 stages，或只写 same_as")
        ids = [stage.id for stage in self.stages]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"环节编号重复：{'、'.join(twice)}")
        return self
