"""备案: the result is sent to a body above, day and receipt recorded."""

from typing import Literal

from jurisdictions.schema.stages.base import StageBase


class FilingStage(StageBase):
    """Does not hold the result back; stays open until sent."""

    kind: Literal["filing"]
    scope: Literal["case", "list"] = "list"
    to: str
    receipt: bool = False
