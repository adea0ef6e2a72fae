"""Stage kinds: one file each, the same name as in the ruleset's schema."""

from reviews.domain.stages import (
    check,
    committee,
    consult,
    decision,
    filing,
    hearing,
    joint_decision,
    panel,
    publicity,
    recommend,
    shortlist,
    visit,
    vote,
)
from reviews.domain.stages.base import SAVE, SEND_BACK, SIGN, recall, take_action
from reviews.domain.work import KINDS

KINDS.update(
    {
        module.KIND.name: module.KIND
        for module in (
            check, recommend, panel, vote, visit, hearing, consult, shortlist, committee,
            joint_decision, publicity, decision, filing,
        )
    }
)  # fmt: skip

__all__ = ["KINDS", "SAVE", "SEND_BACK", "SIGN", "recall", "take_action"]
