"""核发: a letter reaches the unit at once, or, where the city says so, after a person's check.

What a letter carries with it (a mail, the return for correction) happens when it is sent, never
before: each kind registers what that is.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from applications.domain import events, lifecycle, recoding
from jurisdictions.enums import PostKind
from jurisdictions.models import Jurisdiction
from jurisdictions.permissions import can_administer
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain.notices import mail_unit, tell_post
from reviews.domain.work import lock_case, lock_filings, lock_list
from reviews.enums import LetterKind, ReleaseState
from reviews.models import Case, Letter, LetterSetting, List
from reviews.permissions import can_approve_for, concerns_own_unit

#: Letters to units; those between offices go out with the act itself.
TO_UNIT = (
    LetterKind.ACCEPTANCE, LetterKind.CORRECTION, LetterKind.REFUSAL, LetterKind.RESULT,
)  # fmt: skip
_REASON = 300

Delivery = Callable[[Letter, Any], None]
_deliveries: dict[str, Delivery] = {}
_withdrawals: dict[str, Delivery] = {}


def on_delivery(kind: str, deliver: Delivery, withdraw: Delivery | None = None) -> None:
    """Say what happens when a letter of a kind is sent, and when it is held back for good.

    Args:
        kind: a ``LetterKind``.
        deliver: called with the letter and who released it, inside the transaction.
        withdraw: called with the letter and who held it back; the letter is dead afterwards.
    """
    _deliveries[kind] = deliver
    if withdraw is not None:
        _withdrawals[kind] = withdraw


def kinds_that_wait(jurisdiction: Jurisdiction) -> tuple[str, ...]:
    """Kinds of letters a place wants checked before they are sent."""
    row = LetterSetting.objects.filter(jurisdiction=jurisdiction).first()
    return tuple(row.kinds) if row else ()


@transaction.atomic
def choose_kinds(jurisdiction: Jurisdiction, kinds: Iterable[str], *, by: Any) -> LetterSetting:
    """Say which letters of a place wait for a check; those already waiting go on waiting.

    Raises:
        DomainError: no right, or no such kind of letter.
    """
    if not can_administer(by, jurisdiction):
        raise DomainError("只有本地区管理员可以设置。", status=404)
    chosen = [kind for kind in TO_UNIT if kind in set(kinds)]
    if set(kinds) - set(TO_UNIT):
        raise DomainError("没有这种文书，请刷新页面后重新选择。", status=422)
    row = LetterSetting.objects.filter(jurisdiction=jurisdiction).first()
    row = row or LetterSetting(jurisdiction=jurisdiction)
    row.kinds = [str(kind) for kind in chosen]
    signed(row, by=by, reason="文书核发设置").save()
    return row


def sent_at_once(case: Case, kind: str) -> bool:
    """Whether a kind of letter about a case needs no check."""
    return kind not in kinds_that_wait(case.jurisdiction)


def refused_at_once(case: Case, result: str) -> bool:
    """Whether the result of a refused filing is told at once.

    Where the unit knows of nothing, no letter will ever tell it.

    Args:
        case: whose filing is refused.
        result: code of the result; one for the good of the unit is told as any result.
    """
    application = case.application
    meaning = policy_of(application.ruleset).procedure(application.procedure).results[result]
    kind = LetterKind.RESULT if meaning.favourable else LetterKind.REFUSAL
    return not application.shown_to_unit or sent_at_once(case, kind)


def dispatch(letter: Letter, *, by: Any) -> None:
    """Send a fresh letter, or let it wait where the place says so.

    Args:
        letter: just written, its case locked.
        by: who signed the passage it follows from.
    """
    case = letter.case
    if case is None or sent_at_once(case, letter.kind):
        _deliver(letter, by)
    else:
        let_wait(letter, by=by)


def let_wait(letter: Letter, *, by: Any) -> None:
    """Let a fresh letter wait for its check, and say so to those who check it.

    Args:
        letter: about a case, just written, its case locked.
        by: who signed what it follows from.
    """
    case = letter.case
    if case is None:
        return
    letter.release = ReleaseState.WAITING
    letter.save(update_fields=["release"])
    label = letter.get_kind_display()
    events.record(case.application, "letter_waiting", f"{label}待核发", actor=by,
                  office=letter.run.office, data={"letter": str(letter.public_id)})  # fmt: skip
    tell_post(letter.run.office, [PostKind.APPROVER], "office", f"{label}待核发",
              f"{case.application.number}的{label}已拟好，请核对后发出。", about=case,
              link=reverse("reviews:letters"),
              key=f"letter:{letter.public_id}:waiting")  # fmt: skip


def _deliver(letter: Letter, by: Any) -> None:
    if letter.kind in _deliveries:
        _deliveries[letter.kind](letter, by)


def may_release(user: Any, letter: Letter) -> bool:
    """Whether a person may send or hold a letter: approvers of its office, administrators;
    nobody of the unit that it is for."""
    office = letter.run.office
    turn = can_approve_for(user, office) or can_administer(user, office.jurisdiction)
    case = letter.case
    return bool(turn) and (case is None or not concerns_own_unit(user, case.application_id))


def _locked(letter: Letter, by: Any) -> Letter:
    """A letter that waits, its case locked first.

    Raises:
        DomainError: no right, or it waits no more.
    """
    if letter.case_id is not None:
        lock_case(letter.case_id)
    rows = Letter.objects.select_for_update(of=("self",))
    fresh = rows.select_related("run__office__jurisdiction", "case__application").get(pk=letter.pk)
    if not may_release(by, fresh):
        raise DomainError("只有制发机构的审批人员或本地区管理员可以核发。", status=403)
    if fresh.release == ReleaseState.SENT:
        who = f"由{fresh.released_by}" if fresh.released_by else ""
        raise DomainError(f"该文书已{who}发出，请刷新页面查看。")
    if fresh.release == ReleaseState.VOID:
        raise DomainError("该文书因更正已作废，请刷新页面，核对并核发重新拟制的文书。")
    return fresh


def _ends_by_holding(letter: Letter) -> bool:
    """Whether a held letter is dead and the passage of its case open again.

    A list goes on while one of its items is corrected: there the letter merely waits longer.
    """
    return letter.kind in _withdrawals and letter.run.case_id is not None


@transaction.atomic
def release(letter: Letter, *, by: Any) -> Letter:
    """Send a letter that waits, or one that was held for the time being.

    Raises:
        DomainError: no right, it is sent already, or what it carries can no longer be done.
    """
    fresh = _locked(letter, by)
    if fresh.release == ReleaseState.HELD and _ends_by_holding(fresh):
        raise DomainError("该文书已退回经办重新办理，不能再发出。")
    fresh.release, fresh.released_by = ReleaseState.SENT, by
    fresh.released_at = timezone.now()
    fresh.save(update_fields=["release", "released_by", "released_at"])
    if fresh.case is not None:
        events.record(fresh.case.application, "letter_released",
                      f"核发{fresh.get_kind_display()}", actor=by, office=fresh.run.office,
                      data={"letter": str(fresh.public_id)})  # fmt: skip
    _deliver(fresh, by)
    return fresh


@transaction.atomic
def release_list(listing: List, *, by: Any) -> int:
    """Send all letters about results of a list that wait: every one of them, or none.

    What was held back with a reason stays where it is.

    Args:
        listing: the list.
        by: who checked them.

    Returns:
        How many were sent.

    Raises:
        DomainError: nothing waits, no right, or one of them cannot be sent; it is named.
    """
    _, items = lock_list(listing.pk)
    recoding.lock_together([item.case.application for item in items])
    lock_filings(items)
    rows = list(together(Letter.objects.all()).filter(run__listing=listing).order_by("pk"))
    if not rows:
        raise DomainError("该名单没有待核发的结果文书，请刷新页面查看最新情况。")
    for row in rows:
        try:
            release(row, by=by)
        except DomainError as error:
            number = row.case.application.number if row.case else ""
            raise DomainError(f"{number}：{error.message}该名单的文书都没有发出。",
                              status=error.status) from error  # fmt: skip
    return len(rows)


def together(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Letters about results of lists that wait: those that may be sent a whole list at once."""
    return letters.filter(
        run__listing__isnull=False, release=ReleaseState.WAITING,
        kind__in=[LetterKind.RESULT, LetterKind.REFUSAL],
    ).select_related("case__application")  # fmt: skip


@transaction.atomic
def hold_back(letter: Letter, *, by: Any, reason: str) -> Letter:
    """Do not send a letter for now; a notice of correction goes back to the first post.

    Args:
        letter: one that waits.
        by: who checks.
        reason: what is wrong with it; told to the handlers of the office.

    Raises:
        DomainError: no right, no reason, or it does not wait.
    """
    if not reason.strip():
        raise DomainError("请写明暂不发出的理由。", field="reason", status=422)
    fresh = _locked(letter, by)
    if fresh.release == ReleaseState.HELD:
        raise DomainError("该文书已经暂不发出，请刷新页面查看。")
    fresh.release, fresh.release_reason = ReleaseState.HELD, reason.strip()[:_REASON]
    fresh.released_by, fresh.released_at = by, timezone.now()
    fresh.save(update_fields=["release", "release_reason", "released_by", "released_at"])
    label, case = fresh.get_kind_display(), fresh.case
    if case is not None:
        events.record(case.application, "letter_held", f"{label}暂不发出：{reason.strip()}"[:500],
                      actor=by, office=fresh.run.office)  # fmt: skip
        tell_post(fresh.run.office, [PostKind.HANDLER], "office", f"{label}暂不发出",
                  f"{case.application.number}的{label}经核对暂不发出，理由请登录门户查看。",
                  about=case, link=reverse("reviews:timeline", args=[case.public_id]),
                  key=f"letter:{fresh.public_id}:held")  # fmt: skip
    if _ends_by_holding(fresh):
        _withdrawals[fresh.kind](fresh, by)
    return fresh


def _tell_acceptance(letter: Letter, by: Any) -> None:
    case = letter.case
    if case is not None:
        number = case.application.number
        mail_unit(case.application, "申报已受理",
                  f"您单位的申报（{number}）已受理，受理通知书请登录门户查看。",
                  key=f"accepted:{letter.public_id}")  # fmt: skip


def tell_result(case: Case) -> None:
    """Say that a filing is decided; the result itself is read in the portal."""
    application, number = case.application, case.application.number
    shape = policy_of(application.ruleset).procedure(application.procedure)
    what = f"“{application.studio_name}”的{shape.label}事项" if shape.by_office else "您单位的申报"
    mail_unit(application, "办理结果通知",
              f"{what}（{number}）已办结，结果和理由请登录门户查看。",
              key=f"decided:{case.public_id}", kind="result")  # fmt: skip


def _tell_result(letter: Letter, by: Any) -> None:
    case = letter.case
    if case is not None:
        case.application = lifecycle.release_result(
            case.application, by=by, office=letter.run.office
        )
        tell_result(case)


on_delivery(LetterKind.ACCEPTANCE, _tell_acceptance)
on_delivery(LetterKind.REFUSAL, _tell_result)
on_delivery(LetterKind.RESULT, _tell_result)
