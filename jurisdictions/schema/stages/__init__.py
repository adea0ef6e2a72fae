"""Stage kinds: one file each, the same name in schema, domain, forms and templates."""

from typing import Annotated

from pydantic import Field

from jurisdictions.schema.stages.base import Limit, Point, Post, StageBase
from jurisdictions.schema.stages.check import CheckStage
from jurisdictions.schema.stages.committee import CommitteeStage
from jurisdictions.schema.stages.consult import ConsultStage
from jurisdictions.schema.stages.decision import DecisionStage
from jurisdictions.schema.stages.filing import FilingStage
from jurisdictions.schema.stages.hearing import HearingStage
from jurisdictions.schema.stages.joint_decision import JointDecisionStage
from jurisdictions.schema.stages.panel import PanelStage
from jurisdictions.schema.stages.publicity import PublicityStage
from jurisdictions.schema.stages.recommend import RecommendStage
from jurisdictions.schema.stages.shortlist import ShortlistStage
from jurisdictions.schema.stages.visit import VisitStage
from jurisdictions.schema.stages.vote import VoteStage

Stage = Annotated[
    CheckStage
    | RecommendStage
    | PanelStage
    | VoteStage
    | VisitStage
    | HearingStage
    | ConsultStage
    | ShortlistStage
    | CommitteeStage
    | JointDecisionStage
    | PublicityStage
    | DecisionStage
    | FilingStage,
    Field(discriminator="kind"),
]

STAGE_KINDS = (
    "check", "recommend", "panel", "vote", "visit", "hearing", "consult", "shortlist",
    "committee", "joint_decision", "publicity", "decision", "filing",
)  # fmt: skip

__all__ = ["STAGE_KINDS", "Limit", "Point", "Post", "Stage", "StageBase"]
