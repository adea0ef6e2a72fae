"""要点判断: a person's verdict on points, and on reasons given for soft conditions."""

from typing import Any

from applications.models import Finding
from portal.common.errors import DomainError
from reviews.domain.work import PASS, Work
from reviews.enums import Judged
from reviews.models import Judgement, StageRun

RULE = "rule:"


def reasons_given(run: StageRun) -> list[Finding]:
    """Soft conditions not met for which the unit gave a reason."""
    if run.submission is None:
        return []
    found = run.submission.findings.filter(
        severity="warn", outcome__in=["fail", "missing", "error"]
    )
    return [finding for finding in found if finding.details.get("reason")]


def points_of(stage: Any) -> list[Any]:
    """Points and overall verdicts of a stage."""
    return [*getattr(stage, "points", ()), *getattr(stage, "verdicts", ())]


def record(run: StageRun, verdicts: dict[str, tuple[str, str]], *, by: Any) -> None:
    """Keep verdicts: point, or ``rule:<id>`` for a reason, to verdict and reason.

    Raises:
        DomainError: an unknown verdict.
    """
    for point, (verdict, reason) in verdicts.items():
        if verdict not in Judged.values:
            raise DomainError("判断只能是符合、不符合或存疑。", field=point, status=422)
        Judgement.objects.update_or_create(
            run=run, point=point,
            defaults={"verdict": verdict, "reason": reason.strip(), "by": by},
        )  # fmt: skip


def check(work: Work) -> None:
    """Everything must be judged, and a pass may not contradict the verdicts.

    Raises:
        DomainError: says which point lacks a verdict or a reason, or stands against a pass.
    """
    said = {j.point: j for j in work.run.judgements.all()}
    for point in points_of(work.stage):
        _has_reason(point.id, point.text, said.get(point.id))
    for finding in reasons_given(work.run):
        _has_reason(
            f"{RULE}{finding.rule}", f"理由：{finding.title}", said.get(f"{RULE}{finding.rule}")
        )
    if work.run.outcome == PASS:
        _may_pass(work, said)


def _has_reason(name: str, text: str, judgement: Judgement | None) -> None:
    if judgement is None:
        raise DomainError(f"请逐项判断：{text}。", field=f"point-{name}", status=422)
    if judgement.verdict != Judged.YES and not judgement.reason:
        raise DomainError(f"判断为“{judgement.get_verdict_display()}”的须写明理由：{text}。",
                          field=f"reason-{name}", status=422)  # fmt: skip
    if name.startswith(RULE) and not judgement.reason:
        raise DomainError(f"采纳或不采纳都须写明意见：{text}。",
                          field=f"reason-{name}", status=422)  # fmt: skip


def _may_pass(work: Work, said: dict[str, Judgement]) -> None:
    for point in getattr(work.stage, "verdicts", ()):
        if said[point.id].verdict != Judged.YES:
            raise DomainError(f"“{point.text}”未判为符合，不能通过。",
                              field=f"point-{point.id}", status=422)  # fmt: skip
    for finding in reasons_given(work.run):
        name = f"{RULE}{finding.rule}"
        if said[name].verdict != Judged.YES:
            raise DomainError(
                f"“{finding.title}”的理由未被采纳，视为不符合条件，不能通过。"
                "可退回补正或不予通过。", field=f"point-{name}", status=422,
            )  # fmt: skip
    doubtful = [j for j in said.values() if j.verdict == Judged.DOUBT]
    if doubtful:
        raise DomainError(f"还有 {len(doubtful)} 项存疑，请核实后再通过。",
                          field=f"point-{doubtful[0].point}", status=422)  # fmt: skip
