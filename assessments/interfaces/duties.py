"""Standing duties of the unit, each with what is still missing of it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from applications.enums import StudioStatus
from applications.models import Studio
from assessments.enums import Party
from assessments.queries import dues
from assessments.queries.dossier import DossierLine
from assessments.queries.policies import living_policy

_OURS = ("unit", "studio", "leader")


def rows(
    studio: Studio, on: dt.date, *, money: dues.Money, archive: Iterable[DossierLine]
) -> list[dict[str, Any]]:
    """Duties of the unit and its studio in the words of the text; none once it has ended.

    Args:
        studio: whose.
        on: today.
        money: the ledger worked out.
        archive: how full the archive is.
    """
    if studio.status == StudioStatus.ENDED:
        return []
    duties = living_policy(studio, "registers").ruleset.duties
    known: dict[str, list[str]] = {}
    for name in {name for duty in duties if duty.by in _OURS for name in duty.shows}:
        known[name] = _missing(name, studio, on, money, archive)
    return [
        {"text": duty.text, "gaps": [gap for name in duty.shows for gap in known[name]]}
        for duty in duties
        if duty.by in _OURS
    ]


def _missing(
    name: str, studio: Studio, on: dt.date, money: dues.Money, archive: Iterable[DossierLine]
) -> list[str]:
    if name == "ledger":
        count = sum(notice.severity != "info" for notice in money.notices)
        return [f"经费台账有 {count} 项须核对"] if count else []
    if name == "papers":
        late = dues.open_on([studio], on).filter(due_on__lt=on, party=Party.UNIT)
        return [f"逾期未报送：{row.title}" for row in late]
    if name == "dossier":
        empty = "、".join(line.label for line in archive if not line.filled)
        return [f"档案尚缺：{empty}"] if empty else []
    if name == "members":
        return [f"尚未登记{post.label}" for post, held in dues.posts_held(studio, on) if not held]
    if name == "activities":
        return [] if dues.last_activity(studio) else ["尚无活动记录"]
    return [] if studio.apprentices.filter(struck_at__isnull=True).exists() else ["尚无带徒登记"]
