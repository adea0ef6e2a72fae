"""Who may do what with a studio. Each answer is a Verdict with its reason."""

from typing import Any

from portal.common.verdict import ALLOW, Verdict, deny


def can_keep(studio: Any, *, managing: bool) -> Verdict:
    """Allow handlers and principals of the host to enter things while the studio lives.

    Args:
        studio: the studio.
        managing: whether the person is handler or principal of a unit that hosts it now.
    """
    if not managing:
        return deny("只有所在单位的经办人或负责人可以办理。")
    if studio.ended_on is not None:
        return deny("工作室已终止，不能再登记。")
    return ALLOW


def can_write(studio: Any) -> Verdict:
    """Allow whoever writes something down of a studio to do so while it lives.

    Guidance, inspection, support and commendation are duties towards a working studio in all the
    texts; what belongs to its end is money, plaque and ban, each with a page of its own.
    """
    if studio.ended_on is not None:
        return deny(f"工作室已于{studio.ended_on}终止，不能再登记检查、指导等记录。")
    return ALLOW


def can_add(record: Any, *, by: Any, offices: frozenset[int]) -> Verdict:
    """Allow the writer of an office's record to add papers to it while he works there.

    Args:
        record: what was written down.
        by: the person.
        offices: keys of his offices that answer for the studio.
    """
    if record.entered_by_id == by.pk and record.office_id in offices:
        return ALLOW
    return deny("只有登记人在岗期间可以增减这条记录的文件。")


def can_hand_in(obligation: Any, *, managing: bool) -> Verdict:
    """Allow the unit to hand in its own papers."""
    if obligation.party != "unit" or obligation.kind not in ("paper", "agreement", "finding"):
        assessed = obligation.kind in ("assessment", "mending")
        return deny("这项在考核中办理。" if assessed else "这项由主管部门办理。")
    return can_keep(obligation.studio, managing=managing)


def can_settle(obligation: Any, *, handling: bool) -> Verdict:
    """Allow officers to record that something of their own is done."""
    if not handling:
        return deny("只有本地区机构在岗人员可以办理。")
    if obligation.party != "office" or obligation.kind == "assessment":
        return deny("这项由所在单位或在考核中办理。")
    return ALLOW


def can_receive(obligation: Any, *, handling: bool) -> Verdict:
    """Allow officers to take in, send back or have judged what a unit handed in."""
    if not handling:
        return deny("只有负责本工作室的机构在岗人员或管理员可以办理。")
    if obligation.party != "unit" or obligation.kind == "assessment":
        return deny("这项不是单位报送的材料。")
    if obligation.done_on is None:
        return deny("单位尚未报送这项材料。")
    return ALLOW


def can_recommend(studio: Any, *, handling: bool, withdrawing: bool = False) -> Verdict:
    """Allow officers who answer for a studio to recommend it, and to correct a recommendation.

    Args:
        studio: the studio.
        handling: whether the person's office answers for it, or he administers its place.
        withdrawing: whether a recommendation is withdrawn, which an end of the studio allows.
    """
    if not handling:
        return deny("只有负责本工作室的机构在岗人员或管理员可以办理。")
    if studio.ended_on is not None and not withdrawing:
        return deny("工作室已终止，不能再推荐。")
    return ALLOW


def can_prefill(studio: Any, *, revealing: bool = False, handling: bool = False) -> Verdict:
    """Allow the pre-filled application of a studio in good standing to whoever sees the studio.

    Args:
        studio: the studio.
        revealing: whether sealed values are printed in full, which only its office does.
        handling: whether the person's office answers for it, or he administers its place.
    """
    if revealing and not handling:
        return deny("只有负责本工作室的机构在岗人员或管理员可以打印完整号码。")
    if studio.status != "active":
        return deny("工作室不在册或正在整改，不能申报上一级。")
    return ALLOW
