"""公示: what is shown, where, for how long, and how objections are dealt with."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import Code, Entry
from jurisdictions.schema.stages.base import StageBase

#: What a notice may show of a filing, with its heading; everything else stays inside.
NOTICE_COLUMNS = {
    "unit_name": "单位名称",
    "leader_name": "领办人",
    "occupation": "职业（工种）",
    "studio_name": "工作室名称",
    "district": "县（区）",
    "industry": "产业（领域）",
}


class Period(Entry):
    """Length of the notice. ``days: null``: the bureau sets the number for each round.

    ``first_day_counts: false``: the day after publication is day one.
    """

    days: int | None = Field(default=None, ge=1)
    default_days: int | None = Field(default=None, ge=1)
    unit: Literal["calendar", "working"] = "calendar"
    first_day_counts: bool = False


class Objections(Entry):
    """What becomes of an item that is objected to."""

    upheld: Literal["strike", "hold", "return"] = "strike"
    unfounded: Literal["keep"] = "keep"
    refusal: Code = "refused"


class PublicityStage(StageBase):
    """Public notice of a list; cannot end early nor while an objection is open."""

    kind: Literal["publicity"]
    scope: Literal["list"] = "list"
    site: str = ""
    period: Period
    columns: tuple[str, ...] = Field(
        default=("unit_name", "leader_name", "occupation", "studio_name")
    )
    objections: Objections = Objections()
