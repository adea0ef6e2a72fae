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
    """Choose the items of a list, in order."""

    kind: Literal["shortlist"]
    cut: Cut | None = None
    ranked: bool = False
    reserve: bool = False
    refusal: Code = "refused"
