"""登记推荐: a studio to a higher level, one of its people for a title; what came of it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.domain import events
from applications.models import Studio
from assessments.domain.handing_in import KINDS, keep_file
from assessments.models import Recommendation
from assessments.queries import persons, recommending
from assessments.queries.persons import Ground
from assessments.queries.recommending import Basis
from jurisdictions.engine.docnumber import DocNumberError, check_document_number
from portal.common.errors import DomainError
from portal.common.files import CheckedFile, check_upload
from portal.common.history import signed


@transaction.atomic
def register(
    studio: Studio, *, by: Any, basis: str, on: dt.date, number: str, reason: str,
    target: str = "", upload: Any = None, office: Any = None,
) -> Recommendation:  # fmt: skip
    """Record that a studio was recommended to a higher level.

    Args:
        studio: the studio, in good standing.
        by: the person.
        basis: code of the sentence of the text that allows it (``recommending.bases``).
        on: day of the letter.
        number: 文号 of the letter.
        reason: how the studio meets what the sentence asks.
        target: full name of the selection, where the text names none.
        upload: the letter as uploaded, or None.
        office: the office that recommends.

    Raises:
        DomainError: the text does not allow it now, a value does not fit, or this letter has
            recommended the studio already.
    """
    checked = _checked(upload)
    locked = Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk)
    found = _basis(locked, basis, on, reason)
    row = Recommendation(
        studio=locked, level=found.level, title=found.title[:200], clauses=list(found.clauses),
        application=found.grade.application if found.grade else None, target=target.strip()[:120],
        on=on, document_number=_number(number), reason=reason.strip()[:1000], office=office,
        entered_by=by,
    )  # fmt: skip
    return _keep(row, "studio_recommended", checked, by)


@transaction.atomic
def register_person(
    studio: Studio, *, by: Any, basis: str, person: str, level: str, on: dt.date, number: str,
    reason: str, target: str = "", upload: Any = None, office: Any = None,
    roles: Iterable[str] = (),
) -> Recommendation:  # fmt: skip
    """Record that somebody of a studio was recommended for a title or a programme.

    Args:
        studio: the studio, in good standing.
        by: the person who enters it.
        basis: code of the sentence of the text that allows it (``persons.grounds``).
        person: name of a leader or member there now, as the sentence asks.
        level: the title, of those the sentence names; ``persons.OTHER`` where it ends with 等.
        on: day of the letter.
        number: 文号 of the letter.
        reason: how he meets what the sentence and the title ask.
        target: full name of the title or selection; needed with ``persons.OTHER``.
        upload: the letter as uploaded, or None.
        office: the office that recommends.
        roles: its roles; none for an administrator.

    Raises:
        DomainError: the text does not allow it, a value does not fit, or this letter did it before.
    """
    checked = _checked(upload)
    locked = Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk)
    found = next((row for row in persons.grounds(locked, roles) if row.code == basis), None)
    if found is None:
        raise DomainError("按文件规定，本机构不能对这个工作室的人员作此推荐。", field="basis")
    if person not in persons.people(locked, [found]):
        raise DomainError("请选择规定所指的在任人员。", field="person", status=422)
    title = _title(found, level, target)
    _timely(on, locked.founded_on, "命名", reason)
    row = Recommendation(
        studio=locked, person=person, level=title, title=found.title[:200],
        clauses=list(found.clauses), target="" if title != level else target.strip()[:120], on=on,
        document_number=_number(number), reason=reason.strip()[:1000], office=office,
        entered_by=by,
    )  # fmt: skip
    return _keep(row, "person_recommended", checked, by)


def _title(found: Ground, level: str, target: str) -> str:
    """The title that was chosen, or named where the sentence ends with 等."""
    title = target.strip()[:80] if level == persons.OTHER and found.says.others else level
    if not title:
        raise DomainError("请填写称号或项目的全称。", field="target", status=422)
    if title == level and level not in found.says.to:
        raise DomainError("所选规定没有列入这个称号或项目。", field="level", status=422)
    return title


def _checked(upload: Any) -> CheckedFile | None:
    """The letter, looked at before any lock is taken: it may last seconds."""
    return check_upload(upload, name=upload.name, allowed=KINDS) if upload else None


def _keep(row: Recommendation, kind: str, checked: CheckedFile | None, by: Any) -> Recommendation:
    """Save a letter with its file and tell of it."""
    if checked is not None:
        keep_file(row, checked)
    try:
        with transaction.atomic():
            signed(row, by=by, reason="登记推荐").save()
    except IntegrityError as error:
        whom = row.person or "该工作室"
        raise DomainError(f"这份文件已登记推荐{whom}。", field="number", status=422) from error
    events.record(
        row.studio.jurisdiction, kind, str(row), actor=by, office=row.office,
        data={"recommendation": str(row.public_id), "sha256": row.sha256},
    )  # fmt: skip
    return row


def _number(text: str) -> str:
    try:
        return str(check_document_number(text))
    except DocNumberError as error:
        raise DomainError(str(error), field="number", status=422) from error


def _basis(studio: Studio, code: str, on: dt.date, reason: str) -> Basis:
    found = next((row for row in recommending.bases(studio) if row.code == code), None)
    if found is None:
        raise DomainError("按现有考核结果和文件规定，这个工作室不能作此推荐。", field="basis")
    first = found.grade.decided_on if found.grade else studio.founded_on
    _timely(on, first, "考核结果认定" if found.grade else "命名", reason)
    return found


def _timely(on: dt.date, first: dt.date, what: str, reason: str) -> None:
    if on < first:
        raise DomainError(f"推荐日期不得早于{what}日期{first}。", field="on", status=422)
    if on > timezone.localdate():
        raise DomainError("推荐日期不得晚于今天。", field="on", status=422)
    if not reason.strip():
        raise DomainError("请写明推荐理由。", field="reason", status=422)


@transaction.atomic
def note_outcome(letter: Recommendation, *, by: Any, outcome: str, on: dt.date) -> Recommendation:
    """Record what came of a recommendation; a slip is corrected by recording it again.

    Args:
        letter: the recommendation.
        by: the person.
        outcome: a code of ``Outcome``.
        on: day on which the result was made known.

    Raises:
        DomainError: the letter is withdrawn, or the day is before it or to come.
    """
    row = Recommendation.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if row.struck_at is not None:
        raise DomainError("这项推荐已经撤回，不能登记结果。")
    if not row.on <= on <= timezone.localdate():
        raise DomainError(f"结果日期应在{row.on}至今天之间。", field="on", status=422)
    before = row.get_outcome_display()
    row.outcome, row.outcome_on = outcome, on
    signed(
        row, by=by, reason=f"更正推荐结果（原登记{before}）" if before else "登记推荐结果"
    ).save()
    events.record(
        row.studio.jurisdiction, "recommendation_outcome",
        f"{row}，{row.get_outcome_display()}", actor=by, office=row.office,
        data={"recommendation": str(row.public_id), "outcome": outcome},
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw(letter: Recommendation, *, by: Any, reason: str) -> Recommendation:
    """Correct a recommendation that should not stand; it stays visible with the reason.

    Raises:
        DomainError: withdrawn already, or no reason given.
    """
    row = Recommendation.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if row.struck_at is not None:
        raise DomainError("这项推荐已经撤回。")
    if not reason.strip():
        raise DomainError("请写明撤回的理由。", field="reason", status=422)
    row.struck_at, row.struck_reason = timezone.now(), reason.strip()[:200]
    signed(row, by=by, reason="更正：撤回推荐").save()
    events.record(
        row.studio.jurisdiction, "recommendation_withdrawn",
        f"撤回推荐：{row}，{row.struck_reason}", actor=by, office=row.office,
        data={"recommendation": str(row.public_id)},
    )  # fmt: skip
    return row
