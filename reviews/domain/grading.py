"""评定等次: grades for all studios assessed together, by points or by choice, within the caps."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils import timezone

from jurisdictions.engine.aggregate import from_text, grade_of_exact, rounded
from jurisdictions.engine.derived import assessment as derived
from jurisdictions.engine.grading import check_cap, table_of
from jurisdictions.engine.life import PeriodError, mending_until
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.scoring import plain, score
from jurisdictions.schema.assessment import Assessment, Rectification
from jurisdictions.schema.scoring import ScoreTable, Veto
from portal.common.errors import DomainError
from reviews.domain import optional
from reviews.domain.work import PASS, Work, need
from reviews.enums import RunState, SeatState
from reviews.models import Case, ListItem, PanelResult, Seat, StageRun


@dataclass(frozen=True)
class Scored:
    """What the assessors came to for one studio.

    Attributes:
        exact: the score as it is; None where there is none.
        label: what the table calls it; empty in a gap.
        gap: the sentence for a total to which the text gives no grade.
    """

    exact: Fraction | None = None
    label: str = ""
    gap: str = ""

    @property
    def shown(self) -> str:
        """The score for people, two decimals at most."""
        return "" if self.exact is None else plain(rounded(self.exact))


@dataclass(frozen=True)
class Share:
    """A cap beside what is chosen: so many of so many, and whether a reason is due."""

    label: str
    chosen: int
    allowed: int
    share: str
    of: int
    over: bool
    hard: bool


def rules_of(policy: Policy, procedure: str) -> Assessment:
    """The assessment a procedure belongs to."""
    return policy.ruleset.assessments[derived.assessment_of(procedure)]


def is_mending(procedure: str) -> bool:
    """Whether a procedure looks at what was mended."""
    return procedure.startswith(derived.MEND)


def grade_of_result(item: Assessment, procedure: str, code: str) -> tuple[str, str]:
    """Grade and distinction that a result gives; empty for one that is none."""
    if is_mending(procedure):
        return (code, "") if code in (derived.PASSED, derived.FAILED) else ("", "")
    for (grade, award), known in derived.result_codes(item).items():
        if known == code:
            return grade, award
    return "", ""


def code_for(item: Assessment, procedure: str, label: str) -> str:
    """The result that gives a grade without a distinction."""
    if not label:
        return ""
    if is_mending(procedure):
        passed = next(grade.passed for grade in item.grades if grade.label == label)
        return derived.PASSED if passed else derived.FAILED
    return derived.result_codes(item)[label, ""]


def scored(policy: Policy, procedure: str, cases: Iterable[Case]) -> dict[int, Scored]:
    """What the last finished panel of each case came to, by case; one set of reads for all."""
    table = table_of(policy, rules_of(policy, procedure))
    found = {case.pk: Scored() for case in cases}
    if table is None:
        return found
    runs = StageRun.objects.filter(case__in=found, kind="panel", state=RunState.DONE)
    last = {run.case_id: run for run in runs.order_by("pk") if run.case_id is not None}
    kept = PanelResult.objects.filter(run__in=last.values()).exclude(exact="").order_by("number")
    exact = {row.case_id: from_text(row.exact) for row in kept}
    vetoed = _vetoed(table, list(last.values()))
    for case, run in last.items():
        # Completed from paper: the score stands in the minutes.
        typed = run.data.get("total")
        value = exact.get(case, Fraction(str(typed)) if typed not in (None, "") else None)
        found[case] = _read(table, value, vetoed.get(case, ""))
    return found


def _read(table: ScoreTable, exact: Fraction | None, vetoed: str) -> Scored:
    if exact is None or vetoed:
        return Scored(exact, vetoed)
    label = grade_of_exact(table, exact) or ""
    total = plain(rounded(exact))
    gap = "" if label else f"总分 {total} 不在文件规定的任何等次内，由主管部门说明理由后认定等次"
    return Scored(exact, label, gap)


def _vetoed(table: ScoreTable, runs: list[StageRun]) -> dict[int, str]:
    """Cases for which an assessor found that a veto applies."""
    if not any(isinstance(item, Veto) for group in table.groups for item in group.items):
        return {}
    seats = Seat.objects.filter(
        run__in=runs, state=SeatState.SEATED, sheet__signed_at__isnull=False,
        sheet__voided_at__isnull=True,
    ).select_related("sheet")  # fmt: skip
    said = {seat.case_id: score(table, seat.sheet.lines).vetoed for seat in seats}
    return {case: grade for case, grade in said.items() if grade}


def said_of(work: Work, item: ListItem) -> dict[str, Any]:
    """What is proposed for an item: result, reason, day until which it is mended."""
    given = dict(work.data.get("items", {}).get(str(item.pk), {}))
    if given.get("result") in (None, "", PASS) and work.run.outcome not in ("", PASS):
        given["result"] = work.run.outcome
    return given


def check(work: Work) -> None:
    """Every item has its grade with its reason; caps are kept or exceeding them is explained.

    What is left to the points is filled in.

    Raises:
        DomainError: names the studio and says what is missing.
    """
    procedure = work.listing_in_hand.procedure
    rules = rules_of(work.policy, procedure)
    totals = scored(work.policy, procedure, [item.case for item in work.present])
    kept = {
        str(item.pk): _check_item(work, rules, procedure, item, totals[item.case_id])
        for item in work.present
    }
    work.run.data["items"] = {**work.data.get("items", {}), **kept}
    if is_mending(procedure):
        return
    results = [str(said["result"]) for said in kept.values()]
    for share in shares(rules, procedure, results):
        _check_share(work, share)


def _check_item(
    work: Work, rules: Assessment, procedure: str, item: ListItem, found: Scored
) -> dict[str, Any]:
    name = item.case.application.studio_name or item.case.application.unit_name
    said = said_of(work, item)
    if rules.grade_by == "points" and found.exact is None:
        raise DomainError(f"{name}：还没有核定分数，不能评定等次。")
    by_points = rules.grade_by == "points" and bool(found.label)
    advice = code_for(rules, procedure, found.label)
    code = str(said.get("result") or "")
    if code in ("", PASS):
        code = advice if by_points else ""
    if not code:
        raise DomainError(f"{name}：{found.gap or '请选择等次'}。",
                          field=f"result-{item.pk}", status=422)  # fmt: skip
    grade, _ = grade_of_result(rules, procedure, code)
    if not grade:
        raise DomainError(f"{name}：没有这个等次，请重新选择。", status=422)
    if by_points and grade != grade_of_result(rules, procedure, advice)[0]:
        raise DomainError(
            f"{name}：得分 {found.shown} 分，按分数应为“{found.label}”，不能改定其他等次。",
            field=f"result-{item.pk}", status=422,
        )  # fmt: skip
    text = str(said.get("text") or "").strip()
    if not by_points:
        need(text, f"{name}：认定等次须写明理由。", f"text-{item.pk}")
    until = _until(work, rules, procedure, item, grade, said)
    given = optional.choices(work.policy, procedure, code, said, pk=item.pk, name=name)
    return {**said, "result": code, "text": text, "until": until, "given": given}


def _until(
    work: Work, rules: Assessment, procedure: str, item: ListItem, grade: str, said: dict[str, Any]
) -> str:
    """The last day of the mending, where the grade asks for one and an office sets it."""
    rule = None if is_mending(procedure) else mended(rules, grade)
    if rule is None or rule.months is not None:
        return ""
    field, name = f"until-{item.pk}", item.case.application.studio_name
    text = str(said.get("until") or "")
    need(text, f"{name}：请填写整改截止日期。", field)
    decided = str(work.data.get("decided_on") or "") or timezone.localdate().isoformat()
    try:
        asked = dt.date.fromisoformat(text)
        mending_until(rule, dt.date.fromisoformat(decided), asked)
    except (PeriodError, ValueError) as error:
        raise DomainError(f"{name}：{error}", field=field, status=422) from error
    return text


def mended_grade(rules: Assessment) -> Rectification | None:
    """The mending of whichever grade asks for one."""
    return next((g.rectification for g in rules.grades if g.rectification is not None), None)


def mended(rules: Assessment, label: str) -> Rectification | None:
    """The mending that a grade asks for, if it does."""
    found = (g.rectification for g in rules.grades if g.label == label)
    return next((rule for rule in found if rule is not None), None)


def shares(
    rules: Assessment, procedure: str, results: Iterable[str], open_: int = 0
) -> list[Share]:
    """Each cap of an assessment beside what these results use of it.

    Args:
        rules: the assessment.
        procedure: code of the procedure.
        results: the results chosen.
        open_: studios assessed with them that have none yet; they take part all the same.
    """
    given = [grade_of_result(rules, procedure, code) for code in results]
    passing = {grade.label for grade in rules.grades if grade.passed}
    passed = sum(1 for grade, _ in given if grade in passing)
    found = []
    for cap in rules.caps:
        chosen = sum(1 for pair in given if cap.grade in pair)
        assessed = len(given) + open_
        verdict = check_cap(cap, chosen=chosen, passed=passed, assessed=assessed)
        size = passed if cap.of == "passed" else assessed
        found.append(Share(cap.grade, chosen, verdict.allowed, cap.share, size,
                           verdict.reason_needed or not verdict.ok, cap.hard))  # fmt: skip
    return found


def _check_share(work: Work, share: Share) -> None:
    if not share.over:
        return
    what = f"“{share.label}”不超过 {share.allowed} 个（{share.of} 个的{share.share}，向下取整）"
    if share.hard:
        raise DomainError(f"{what}，现评定 {share.chosen} 个，请调整。", status=422)
    need(str(work.data.get("reason") or "").strip(),
         f"原则上{what}，现评定 {share.chosen} 个，请写明理由。", "reason")  # fmt: skip


def details(work: Work, item: ListItem) -> dict[str, Any]:
    """What the effects of a grade must know of one studio."""
    if not getattr(work.stage, "grading", None):
        return {}
    procedure = work.listing_in_hand.procedure
    found = scored(work.policy, procedure, [item.case])[item.case_id]
    said = said_of(work, item)
    return {"total": found.shown, "until": said.get("until") or "", "reason": said.get("text", ""),
            "given": said.get("given") or {}}  # fmt: skip


def carried_over(listing: Any, stage: Any) -> dict[str, Any]:
    """What was chosen for a list at its grading, with which its decision begins."""
    if stage.kind != "decision" or not getattr(stage, "grading", None):
        return {}
    last = listing.runs.filter(kind="shortlist", state=RunState.DONE).order_by("-pk").first()
    if last is None:
        return {}
    return {key: last.data[key] for key in ("items", "reason") if key in last.data}
