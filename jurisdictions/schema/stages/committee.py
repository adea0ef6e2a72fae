"""党委会 / 局务会: the bureau's own body deliberates on the list."""

from typing import Literal

from jurisdictions.schema.base import Code
from jurisdictions.schema.stages.base import StageBase


class CommitteeStage(StageBase):
    """Meeting day, minutes number and a result for each item."""

    kind: Literal["committee"]
    body: str
    refusal: Code = "refused"
