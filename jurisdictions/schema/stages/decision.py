"""发文 / 认定: one document, one date, one result for each item of the list."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import Code, Entry
from jurisdictions.schema.stages.base import StageBase


class Announcement(Entry):
    """The decision must also be announced to the public before the stage closes."""

    to: str = "社会"


class DecisionStage(StageBase):
    """Issue the decision; ``bodies`` sign together, each approving the list as it stands.

    ``boxes`` gives the opinion box of each body where the sheet has one for every body;
    bodies that share a box use ``box``. ``choices`` are further results an item may get here
    instead of ``result``: grades, or sanctions short of the whole. ``grading`` names the
    assessment whose thresholds, caps and reasons bind the choice; then no item is refused.
    ``refusal`` is what an item gets that is not carried.
    """

    kind: Literal["decision"]
    scope: Literal["list"] = "list"
    bodies: tuple[Code, ...] = Field(min_length=1)
    boxes: dict[Code, Code] = {}
    result: Code
    choices: tuple[Code, ...] = ()
    grading: Code | None = None
    refusal: Code | None = None
    document: bool = Field(default=True, description="a 文号 is needed")
    announcement: Announcement | None = None
