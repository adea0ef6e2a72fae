"""Who may do what in a review. Each answer is a Verdict with its reason."""

from typing import Any

from django.db.models import F, Q, Value

from applications.models import Application
from jurisdictions.permissions import can_act_for, can_administer, works_for
from portal.common.memory import recall
from portal.common.verdict import ALLOW, Verdict, deny

OPEN_STATES = ("open", "signing")
#: Who proposed does not approve, in whatever order and passage.
_HANDLER = "handler"
_OPPOSITE = {_HANDLER: "approver", "approver": _HANDLER}
_AVOIDS = "申报单位是您任职或联系的单位，您应当回避，请由其他人员办理。"
_SOMEBODY_ELSE = "请由另一位同岗人员签署；没有其他人员的，请联系管理员任岗或指定代理人。"


def can_sign(user: Any, run: Any) -> Verdict:
    """Allow the post whose turn it is, of the office that holds the passage."""
    if run.state not in OPEN_STATES:
        return deny("该环节已办理完毕，请刷新页面查看最新状态。")
    for verdict in (
        can_act_for(user, run.office, run.waiting_for),
        is_impartial(user, run),
        four_eyes(user, run),
    ):
        if not verdict:
            return verdict
    return ALLOW


def own_unit(user: Any, path: str) -> Q:
    """Condition: a filing is of a unit the person acts for, or acted for since it was begun.

    Args:
        user: the person.
        path: way to the filing, with its underscores, e.g. ``application__``.
    """
    names: dict[str, Any] = {f"{path}created_by": user, f"{path}entered_by_office": None}
    found = Q(**names) | Q(
        **{f"{path}submissions__submitted_by": user, f"{path}entered_by_office": None}
    )
    for unit in ("enterprise__", "parties__enterprise__"):
        since = Q(**{f"{path}{unit}memberships__active_until": None}) | Q(
            **{f"{path}{unit}memberships__active_until__gte": F(f"{path}created_at")}
        )
        found |= Q(**{f"{path}{unit}memberships__user": user}) & since
    for column, contact in (("email", "contact_email"), ("mobile", "contact_phone")):
        value = getattr(user, column, None)
        if value:
            found |= Q(**{f"{path}enterprise__{contact}": value})
    return found


def concerns_own_unit(user: Any, filing: int) -> bool:
    """Whether a filing, named by its key, is of a unit the person acts for or acted for."""
    return Application.objects.filter(own_unit(user, ""), pk=filing).exists()


def may_list(user: Any, filings: list[int]) -> Verdict:
    """Refuse to draw up a list on which a filing, named by its key, is of a unit of the person."""
    if Application.objects.filter(own_unit(user, ""), pk__in=filings).exists():
        return deny(f"待列入的有一件的{_AVOIDS}")
    return ALLOW


def is_impartial(user: Any, run: Any) -> Verdict:
    """Refuse members and contacts of the units whose filings a passage is about (回避)."""
    key = ("reviews.impartial", user.pk, run.pk)
    if not recall(key, lambda: _is_about_own_unit(user, run)):
        return ALLOW
    what = "本件的" if run.case_id else "名单中有一件的"
    return deny(f"{what}{_AVOIDS}")


def _is_about_own_unit(user: Any, run: Any) -> bool:
    path = "case__application__" if run.case_id else "listing__items__case__application__"
    return _concerns(user, run, path)


def _concerns(user: Any, row: Any, path: str) -> bool:
    found: bool = type(row)._default_manager.filter(own_unit(user, path), pk=row.pk).exists()
    return found


def concerns_unit_of(user: Any, row: Any) -> bool:
    """Whether a case, or a filing on a list, is of a unit the person acts for or acted for."""
    return _concerns(user, row, row.to_filings)


def four_eyes(user: Any, run: Any) -> Verdict:
    """Refuse a second post of a passage, and to approve what one has proposed, or the reverse.

    What a person signed before counts, whatever post he holds now.
    """
    mine = run.signatures.filter(user=user, agrees=True, recalled_at=None)
    if mine.exclude(post=run.waiting_for).exists():
        return deny(f"您已在本环节签过其他岗位，{_SOMEBODY_ELSE}")
    if approvals_at(run).filter(user=user, from_paper=False).exists():
        return deny(f"您已代表有关机构审定{_this(run)}，{_SOMEBODY_ELSE}")
    return _apart_from_earlier(user, run, run.office_id, run.waiting_for)


def approvals_at(run: Any) -> Any:
    """Approvals by bodies that a passage knows: its own; of a case, those of every attempt.

    What was approved in a passage that was recalled rested on a result that was taken back.
    """
    if not run.case_id:
        return run.approvals.all()
    table = run.approvals.model._default_manager
    known = table.filter(case=run.case_id, run__stage=run.stage)
    return known.exclude(run__state="recalled")


def _this(run: Any) -> str:
    return "本件" if run.case_id else "本名单"


def _apart_from_earlier(user: Any, run: Any, office: int, post: str) -> Verdict:
    """Refuse who signed for another office, or at the opposite post, on the same filing.

    Whoever entered a passage from paper has proposed it: a handler wrote down what was signed.

    Args:
        user: the person.
        run: the passage; what was signed in it is judged elsewhere.
        office: for which he acts now.
        post: at which.
    """
    table = run.signatures.model._default_manager
    if run.case_id:
        about = Q(run__case=run.case_id) | Q(run__listing__items__case=run.case_id)
    else:
        about = (
            Q(run__listing=run.listing_id)
            | Q(run__case__items__listing=run.listing_id)
            | Q(run__listing__items__case__items__listing=run.listing_id)
        )
    signed = table.filter(about, user=user, agrees=True, recalled_at=None).exclude(run=run.pk)
    papers = run.papers.model._default_manager.filter(about, entered_by=user).exclude(run=run.pk)
    names = ("run__office", "run__office__name")
    by_hand = signed.order_by().values_list(*names, "post", Value("签署"))
    on_paper = papers.order_by().values_list(*names, Value(_HANDLER), Value("录入"))
    acted = set(by_hand.union(on_paper))
    other = min((row for row in acted if row[0] != office), default=None)
    if other is not None:
        return deny(f"您已代表{other[1]}{other[3]}过本件，{_SOMEBODY_ELSE}")
    opposite = _OPPOSITE.get(post, "")
    if any(row[2] == opposite for row in acted):
        did = "提出过本件的办理意见" if opposite == _HANDLER else "审批过本件"
        return deny(f"您已{did}，提出和审批须由不同人员办理，{_SOMEBODY_ELSE}")
    return ALLOW


def can_claim(user: Any, row: Any) -> Verdict:
    """Allow anybody at a post of the office that has a case or list in hand to take it up.

    Args:
        user: the person; whom it does not exist for (回避) is asked elsewhere.
        row: the case or list.
    """
    if row.office is None or not row.in_hand:
        return deny(f"{row.this}不在办理中，不能领取。")
    return works_for(user, row.office)


def can_enter_paper(user: Any, run: Any) -> Verdict:
    """Allow the handlers of the office to complete a stage from paper."""
    if run.state not in OPEN_STATES:
        return deny("该环节已办理完毕，请刷新页面查看最新状态。")
    return can_handle_run(user, run)


def can_reroute(user: Any, run: Any) -> Verdict:
    """Allow administrators of the jurisdiction, and approvers of the office that has it."""
    if run.state not in OPEN_STATES:
        return deny("该环节已办理完毕，不能改派。")
    if can_act_for(user, run.office, "approver"):
        return ALLOW
    return can_administer(user, run.office.jurisdiction)


def can_handle(user: Any, office: Any) -> Verdict:
    """Allow the handlers of an office."""
    return can_act_for(user, office, "handler")


def can_handle_run(user: Any, run: Any) -> Verdict:
    """Allow the handlers of the office that holds a passage, but not about a unit of theirs."""
    turn = can_handle(user, run.office)
    return is_impartial(user, run) if turn else turn


def can_approve_for(user: Any, office: Any) -> Verdict:
    """Allow the approvers of a deciding body."""
    return can_act_for(user, office, "approver")


def can_approve_list(user: Any, run: Any, office: Any, role: str) -> Verdict:
    """Allow an approver of a body who neither proposed what is approved nor approved for another.

    Args:
        user: the person.
        run: the passage of the list or case.
        office: the body's office.
        role: its role.
    """
    turn = can_approve_for(user, office)
    if not turn:
        return turn
    if run.signatures.filter(user=user, agrees=True, recalled_at=None).exists():
        return deny(f"{_this(run)}由您提出或签署，{_SOMEBODY_ELSE}")
    if approvals_at(run).filter(user=user, from_paper=False).exclude(role=role).exists():
        return deny(f"您已代表其他机构审定{_this(run)}，{_SOMEBODY_ELSE}")
    apart = _apart_from_earlier(user, run, office.pk, "approver")
    return is_impartial(user, run) if apart else apart
