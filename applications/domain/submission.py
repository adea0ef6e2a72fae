"""Submitting: lock, facts, findings, claims, a numbered frozen copy, once."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.domain import claims, events, parties
from applications.domain.attachments import unconfirmed
from applications.domain.drafts import editable, keep_declarations, refresh_columns
from applications.domain.lifecycle import lock, set_status
from applications.enums import Status
from applications.models import Application, Attachment, Finding, Submission
from applications.queries import answers_of, files_of, filing_of
from applications.signals import submitted
from jurisdictions.engine.facts import Filing, build_facts
from jurisdictions.engine.findings import Evaluation
from jurisdictions.engine.policy import Policy, digest
from jurisdictions.engine.rules import evaluate
from jurisdictions.models import Round
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.notifying import notify
from portal.common.queue import enqueue


class SubmitBlockedError(DomainError):
    """Conditions stop the submit; ``evaluation`` says which and what to do."""

    def __init__(self, evaluation: Evaluation) -> None:
        count = len(evaluation.stopping)
        super().__init__(f"还有 {count} 处问题需要处理，处理后才能提交。", status=422)
        self.evaluation = evaluation


class ReasonNeededError(DomainError):
    """Soft conditions are not met and a reason is missing; ``rules`` lists them."""

    def __init__(self, rules: list[str]) -> None:
        super().__init__("有不符合一般条件的情形，请逐条写明理由后再提交。", status=422)
        self.rules = rules


class UnconfirmedError(DomainError):
    """Copies whose agreement with the original is not confirmed yet."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"有 {count} 份复印件还没有确认“此件与原件相符”，请到证明材料逐份勾选后再提交。",
            status=422,
        )


def submit(
    application: Application,
    *,
    by: Any,
    idempotency_key: uuid.UUID,
    reasons: Mapping[str, str] | None = None,
    declared: Mapping[str, Any] | None = None,
    despite: str = "",
) -> Submission:
    """Freeze the filing and hand it to the office, exactly once per key.

    Args:
        application: the filing.
        by: who submits.
        idempotency_key: from the page that was shown; the same key gives the same submission.
        reasons: rule id to reason, for soft conditions that are not met.
        declared: declarations ticked on the same page; None leaves those that are stored.
        despite: why an office takes forward what the unit does not file; nothing stops it then.

    Raises:
        UnconfirmedError: copies are not confirmed.
        SubmitBlockedError: conditions are not met.
        ReasonNeededError: a reason is missing.
        ClaimHeldError: somebody else holds a right to be the only one.
        DomainError: out of time, or not in a state to be submitted.
    """
    with transaction.atomic():
        if application.round_id:
            # Round before Application: the order of locks everywhere.
            Round.objects.select_for_update(of=("self",)).get(pk=application.round_id)
        locked = lock(application)
        known = Submission.objects.filter(idempotency_key=idempotency_key).first()
        if known is not None and known.application_id == locked.pk:
            return known
        if known is not None:
            raise DomainError("页面已过期，请返回核对页面重新提交。", status=400)
        editable(locked)
        if declared is not None:
            keep_declarations(locked, declared, by=by)
        return _submit(locked, by, idempotency_key, dict(reasons or {}), despite)


def _submit(
    application: Application, by: Any, key: uuid.UUID, reasons: dict[str, str], despite: str
) -> Submission:
    open_ticks = len(unconfirmed(application))
    if open_ticks and not despite:
        raise UnconfirmedError(open_ticks)
    parties.require_confirmed(application, by=by)
    policy = policy_of(application.ruleset)
    _fix_reference(application, policy)
    refresh_columns(application, policy)
    filing = filing_of(application)
    evaluation = evaluate(policy, application.procedure, filing)
    if evaluation.stopping and not despite:
        raise SubmitBlockedError(evaluation)
    if despite:
        reasons = {f.rule: despite for f in evaluation.needing_reason}
    wanting = [f.rule for f in evaluation.needing_reason if not reasons.get(f.rule, "").strip()]
    if wanting:
        raise ReasonNeededError(wanting)
    facts = build_facts(policy, application.procedure, filing)
    claims.take(application, facts)
    given = {f.rule: reasons[f.rule].strip() for f in evaluation.needing_reason}
    submission = _freeze(application, policy, filing, key, by, given)
    _keep_findings(submission, evaluation, given)
    application.priority = "、".join(evaluation.priorities)[:200]
    application.submitted_at = application.submitted_at or submission.submitted_at
    application.unlocked, application.draft_reasons = [], {}
    set_status(application, Status.SUBMITTED, by=by, reason=f"第{submission.number}稿")
    _announce(application, submission, by)
    return submission


def _fix_reference(application: Application, policy: Policy) -> None:
    """Outside a round the day of the first submission counts, where the procedure says so."""
    shape = policy.procedure(application.procedure)
    first = application.submitted_at is None and application.round_id is None
    if first and shape.reference == "submission":
        application.reference_date = timezone.localdate()


def _freeze(
    application: Application,
    policy: Policy,
    filing: Filing,
    key: uuid.UUID,
    by: Any,
    reasons: Mapping[str, str],
) -> Submission:
    if application.number is None:
        application.number = _next_number(application, policy)
    answers = answers_of(application)
    materials = [_frozen_file(file) for file in files_of(application)]
    frozen = {"answers": answers, "materials": materials, "reasons": dict(reasons),
              "ruleset": policy.digest, "basis": application.ruleset.basis.digest}  # fmt: skip
    submission = Submission(
        application=application,
        number=application.submissions.count() + 1,
        answers=answers,
        materials=materials,
        registers=dict(filing.registers),
        reasons=dict(reasons),
        digest=digest(frozen),
        idempotency_key=key,
        submitted_by=by,
        submitted_at=timezone.now(),
    )
    submission.save()
    return submission


def _next_number(application: Application, policy: Policy) -> str:
    """Next number of the round; the round is locked by the submit."""
    prefix = policy.ruleset.identity.number_prefix
    round_ = application.round
    if round_ is None:
        # 事项 outside a call: the key is unique, whatever the procedure is called.
        return f"{prefix}-{timezone.localdate().year}-S{application.pk:06d}"
    fresh = Round.objects.get(pk=round_.pk)
    number = fresh.last_number + 1
    Round.objects.filter(pk=fresh.pk).update(last_number=number)
    return f"{prefix}-{round_.year}-{round_.pk:02d}{number:04d}"


def _frozen_file(file: Attachment) -> dict[str, Any]:
    return {
        "id": str(file.public_id),
        "material": file.material,
        "row": file.row,
        "name": file.name,
        "sha256": file.sha256,
        "pages": file.pages,
        "words": file.words,
        "confirmed": file.confirmed,
    }


def _keep_findings(
    submission: Submission, evaluation: Evaluation, reasons: Mapping[str, str]
) -> None:
    rows = []
    for position, finding in enumerate(evaluation.findings):
        details = finding.as_dict()
        if finding.rule in reasons:
            details["reason"] = reasons[finding.rule]
        rows.append(
            Finding(
                submission=submission,
                rule=finding.rule[:120],
                title=finding.title[:300],
                outcome=finding.outcome,
                severity=finding.severity,
                check_kind=finding.check,
                clauses=list(finding.clauses),
                sentence=finding.sentence,
                details=details,
                position=position,
            )
        )
    Finding.objects.bulk_create(rows)


def _announce(application: Application, submission: Submission, by: Any) -> None:
    again = submission.number > 1
    shape = policy_of(application.ruleset).procedure(application.procedure)
    filed, whose = ("立案材料", shape.label) if shape.by_office else ("申报", "您单位的申报")
    text = f"提交第 {submission.number} 稿" if again else f"提交{filed}"
    events.record(
        application,
        "submitted",
        f"{text}，编号 {application.number}",
        actor=by,
        applicant_text=f"{text}，编号 {application.number}",
        data={"submission": submission.number, "digest": submission.digest},
    )
    submitted.send(sender=Application, application=application, submission=submission)
    notify(
        [by],
        "submitted",
        f"{filed}已提交：{application.number}",
        f"{application.unit_name}：\n{whose}“{application.studio_name}”已提交，"
        f"编号 {application.number}，稿次 {submission.number}，"
        f"提交时间 {timezone.localtime(submission.submitted_at):%Y-%m-%d %H:%M:%S}。\n"
        f"内容摘要（SHA-256）：{submission.digest}\n办理进度请登录门户查看。",
        link=reverse("applications:timeline", args=[application.public_id]),
        key=f"submitted:{submission.public_id}",
    )
    enqueue("applications.tasks.render_sheet", submission_id=submission.pk)
