"""建议名单: rank, cut at the quota, keep a reserve."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import Code, Entry
from jurisdictions.schema.stages.base import StageBase


class Cut(Entry):
    """How many may be on the list: a number, the round's quota, or a share of a set."""

    count: int | None = Field(default=None, ge=0)
    round_quota: bool = False
    share: str | None = Field(default=None, pattern=r"^\d+(\.\d+)?%$")
    of: str = ""
    hard: bool = True


class ShortlistStage(StageBase):
    """Choose the items of a list, in order.

    With ``grading`` nobody is left out: each item gets one of ``choices``, the results of the
    assessment, within its caps; the decision begins with what was chosen here.
    """

    kind: Literal["shortlist"]
    cut: Cut | None = None
    ranked: bool = False
    reserve: bool = False
    choices: tuple[Code, ...] = ()
    grading: Code | None = None
    refusal: Code = "refused"
