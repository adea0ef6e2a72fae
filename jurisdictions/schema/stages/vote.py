"""实名表决: every member's ballot is kept with the name."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import Entry
from jurisdictions.schema.stages.base import StageBase


class Majority(Entry):
    """Share of the members (or of those present) that must be for it, exclusive."""

    over: str = Field(default="1/2", pattern=r"^\d+/\d+$")
    of: Literal["members", "present"] = "members"
    quorum: str = Field(default="1/2", pattern=r"^\d+/\d+$")


class VoteStage(StageBase):
    """For, against or abstain by name; no secret ballot."""

    kind: Literal["vote"]
    majority: Majority
    minimum_members: int = 3
    refusal: str = "refused"
