"""登记推荐: a studio is recommended to a higher level, and a letter is withdrawn."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.domain import events
from applications.models import Studio
from assessments.domain.handing_in import KINDS, keep_file
from assessments.models import Recommendation
from assessments.queries import recommending
from assessments.queries.recommending import Basis
from jurisdictions.engine.docnumber import DocNumberError, check_document_number
from portal.common.errors import DomainError
from portal.common.files import check_upload
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
    checked = check_upload(upload, name=upload.name, allowed=KINDS) if upload else None
    locked = Studio.objects.select_for_update(of=("self",)).get(pk=studio.pk)
    found = _basis(locked, basis, on, reason)
    row = Recommendation(
        studio=locked, level=found.level, title=found.title[:200], clauses=list(found.clauses),
        application=found.grade.application if found.grade else None, target=target.strip()[:120],
        on=on, document_number=_number(number), reason=reason.strip()[:1000], office=office,
        entered_by=by,
    )  # fmt: skip
    if checked is not None:
        keep_file(row, checked)
    _save(row, by)
    events.record(
        locked.jurisdiction, "studio_recommended",
        f"{locked}推荐至{row.level}（{row.document_number}）", actor=by, office=office,
        data={"recommendation": str(row.public_id), "sha256": row.sha256},
    )  # fmt: skip
    return row


def _save(row: Recommendation, by: Any) -> None:
    try:
        with transaction.atomic():
            signed(row, by=by, reason="登记推荐").save()
    except IntegrityError as error:
        raise DomainError("这份文件已登记推荐该工作室。", field="number", status=422) from error


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
    if on < first:
        what = "考核结果认定" if found.grade else "命名"
        raise DomainError(f"推荐日期不得早于{what}日期{first}。", field="on", status=422)
    if on > timezone.localdate():
        raise DomainError("推荐日期不得晚于今天。", field="on", status=422)
    if not reason.strip():
        raise DomainError("请写明推荐理由。", field="reason", status=422)
    return found


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
