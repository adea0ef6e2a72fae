"""共同审定: each body decides on the same list."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import Code
from jurisdictions.schema.stages.base import StageBase


class JointDecisionStage(StageBase):
    """All ``bodies`` (office roles) must approve the list as it stands."""

    kind: Literal["joint_decision"]
    bodies: tuple[Code, ...] = Field(min_length=2)
    refusal: Code = "refused"
