"""A result that is amended before it was told: its letter is void, a right one waits instead."""

from datetime import date
from typing import Any

from django.utils import timezone

from applications.domain import amending, events, lifecycle
from applications.models import Application
from jurisdictions.queries import bulky, policy_of
from reviews.domain import letters, releasing, road
from reviews.domain.work import Work
from reviews.enums import AmendTarget, ReleaseState
from reviews.models import Amendment, Case, Letter

#: Parts of a letter that repeat what an amendment may put right.
_SAID = {
    AmendTarget.STUDIO_NAME: "title", AmendTarget.UNIT_NAME: "to",
    AmendTarget.LEADER_NAME: "leader", AmendTarget.DOCUMENT_NUMBER: "document_number",
}  # fmt: skip
_REPEATED = (*_SAID, AmendTarget.RESULT, AmendTarget.DECIDED_ON)


def write_anew(row: Amendment, application: Application, *, by: Any) -> Letter | None:
    """Replace the letter that waits with what the amended decision says; both are kept.

    The new one waits in its turn, also one that was held back: what it says was not checked.

    Args:
        row: the amendment, carried out.
        application: a filing it is about, its case locked.
        by: who signed the amendment.

    Returns:
        The letter that waits now; None where none waited, or the unit is not to be written to.
    """
    old = _waiting(application) if row.target in _REPEATED else None
    if old is None or old.case is None:
        return None
    _void(old, row, by)
    fresh = _written(row, old, old.case, by)
    if fresh is None:
        # The unit knows of nothing and is written nothing: no letter will ever tell the result.
        lifecycle.release_result(old.case.application, by=by, office=row.office)
        return None
    releasing.let_wait(fresh, by=by)
    return fresh


def _waiting(application: Application) -> Letter | None:
    """The letter about the result that is not sent yet."""
    way = "case__application__ruleset"
    rows = Letter.objects.select_for_update(of=("self",)).filter(
        case__application=application, kind__in=letters.RESULTS,
        release__in=[ReleaseState.WAITING, ReleaseState.HELD],
    )  # fmt: skip
    known = rows.select_related(
        way, "case__application__jurisdiction", "case__jurisdiction", "run__office__jurisdiction"
    )
    return known.defer(*bulky(way)).order_by("-pk").first()


def _void(letter: Letter, row: Amendment, by: Any) -> None:
    reason = f"{row.get_target_display()}已更正（{row.document_number}），另行拟制"
    letter.release, letter.release_reason = ReleaseState.VOID, reason
    letter.released_by, letter.released_at = by, timezone.now()
    letter.save(update_fields=["release", "release_reason", "released_by", "released_at"])
    if letter.case is not None:
        events.record(
            letter.case.application, "letter_void", f"{letter.get_kind_display()}作废：{reason}",
            actor=by, office=row.office, data={"letter": str(letter.public_id)},
        )  # fmt: skip


def _written(row: Amendment, old: Letter, case: Case, by: Any) -> Letter | None:
    if row.target == AmendTarget.RESULT:
        fresh = _other_result(row, old, case, by)
        if fresh is None:
            return None
    else:
        work = _work(old, case, _day(row, old), by)
        fresh = letters.issue(work, old.kind, old.body, number=old.number, case=case)
    # Names and numbers that were put right earlier hold for a new result too.
    for target, name in _SAID.items():
        if name in fresh.body and case.application.amended.filter(target=target).exists():
            fresh.body[name] = amending.shown_value(case.application, target)
    fresh.save(update_fields=["body"])
    return fresh


def _day(row: Amendment, old: Letter) -> date:
    """The day of the decision where that was wrong, else the day the letter bore."""
    return date.fromisoformat(row.new) if row.target == AmendTarget.DECIDED_ON else old.dated_on


def _other_result(row: Amendment, old: Letter, case: Case, by: Any) -> Letter | None:
    """The letter of another result, in the form that the stage gives to such a result."""
    application = case.application
    work = _work(old, case, row.dated_on, by)
    code = application.result
    granted = {getattr(work.stage, "result", None), *getattr(work.stage, "choices", ())}
    favourable = work.policy.procedure(application.procedure).results[code].favourable
    if code not in granted and not favourable:
        return letters.refuse(work, case, code, row.reason)
    number = amending.shown_value(application, AmendTarget.DOCUMENT_NUMBER)
    fresh = letters.result(work, case, code, number)
    fresh.body["opinion"] = f"办理结果已经更正，更正文号：{row.document_number}。"
    return fresh


def _work(old: Letter, case: Case, on: date, by: Any) -> Work:
    ruleset, procedure = case.application.ruleset, case.application.procedure
    stage = road.stage_of(ruleset, procedure, old.run.stage)
    return Work(old.run, stage, policy_of(ruleset), by, case=case, on=on)
