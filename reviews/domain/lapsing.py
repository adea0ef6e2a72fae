"""补正之后: approvals that rested on what changed lapse, the others stand. Computed, not written.

A corrected filing goes back to the stage that asked for the correction, unless the ruleset names
another (``resumes_at``), or an earlier approval has lapsed: then that stage judges it again, and
what stands is not judged twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from applications.domain import events
from applications.models import Submission
from applications.queries import last_submission
from jurisdictions.engine.policy import Policy
from jurisdictions.queries import policy_of
from reviews.domain import opening, road
from reviews.domain.corrections import MATERIAL, targets_of
from reviews.domain.judging import points_of
from reviews.enums import RunState
from reviews.models import Case, StageRun

#: Which unit and which person: what a consulted office was told, and what every approval is of.
_IDENTITY = ("unit.name", "unit.uscc", "leader.name", "leader.id_number")


@dataclass(frozen=True)
class Lapse:
    """An approval that counts no more.

    Attributes:
        run: the passage.
        label: its stage in the words of officers.
        fields: names of what changed and it rested on.
    """

    run: StageRun
    label: str
    fields: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Which field, which approval."""
        number = self.run.submission.number if self.run.submission else 0
        return (
            f"“{self.label}”对第 {number} 稿的意见所依据的{'、'.join(self.fields)}已变更，"
            "该意见失效，须重新办理"
        )


def changed_between(policy: Policy, old: Submission, new: Submission) -> dict[str, str]:
    """What differs between two submissions: path, table or ``material:<id>`` to its name."""
    names = {name: label for name, (label, _) in targets_of(
        policy, new.application.procedure).items()}  # fmt: skip
    found = {
        path: names.get(path, path)
        for path in sorted({*old.answers, *new.answers})
        if old.answers.get(path) != new.answers.get(path)
    }
    for table in [path for path in found if path in policy.catalogue.tables]:
        for column in policy.catalogue.tables[table].columns:
            if _column(old, table, column) != _column(new, table, column):
                found[f"{table}.{column}"] = found[table]
    before, after = _files(old), _files(new)
    for material in sorted({*before, *after}):
        if before.get(material) != after.get(material):
            name = f"{MATERIAL}{material}"
            found[name] = names.get(name, material)
    return found


def _column(submission: Submission, table: str, column: str) -> dict[str, Any]:
    rows = submission.answers.get(table) or []
    return {str(row.get("row_id")): row.get(column) for row in rows}


def _files(submission: Submission) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in submission.materials:
        found.setdefault(row["material"], set()).add(row["id"])
    return found


def touched(policy: Policy, stage: Any, old: Submission, new: Submission) -> tuple[str, ...]:
    """Names of what an approval at a stage rested on and that has changed since.

    Every approval rests on which unit and which person the filing is of, a reply to a
    consultation on these alone; points rest on the findings of their rules and on their
    materials too; a stage whose points name neither rests on the whole filing.
    """
    changed = changed_between(policy, old, new)
    who = [label for path, label in changed.items() if path in _IDENTITY]
    if stage.kind == "consult":
        return tuple(who)
    rules = [rule for point in points_of(stage) for rule in point.rules]
    materials = [m for point in points_of(stage) for m in point.materials]
    if not rules and not materials:
        return tuple(dict.fromkeys(changed.values()))
    found = who + [changed[key] for m in materials if (key := f"{MATERIAL}{m}") in changed]
    found += _rules_touched(rules, changed, old, new)
    return tuple(dict.fromkeys(found))


def _rules_touched(
    rules: Iterable[str], changed: dict[str, str], old: Submission, new: Submission
) -> list[str]:
    was, now = ({f.rule: f for f in s.findings.all()} for s in (old, new))
    found = []
    for rule in dict.fromkeys(rules):
        one, two = was.get(rule), now.get(rule)
        if two is None:
            continue
        named = [changed[p] for p in two.details.get("fields", ()) if p in changed]
        named += [changed[p] for p in two.details.get("values", {}) if p in changed]
        differs = one is None or _told(one) != _told(two)
        found += named or ([two.title] if differs else [])
    return found


def _told(finding: Any) -> tuple[Any, ...]:
    return finding.outcome, finding.sentence, finding.details.get("values")


def lapses(case: Case, newest: Submission | None = None) -> list[Lapse]:
    """Approvals of a case that count no more, in the order of the road."""
    application = case.application
    new = newest or last_submission(application)
    if new is None:
        return []
    policy, last = policy_of(application.ruleset), _last_runs(case)
    found = []
    for stage in policy.stages(application.procedure):
        run = last.get(stage.id)
        if run is None or run.state != RunState.DONE or run.submission is None:
            continue
        if run.submission_id == new.pk:
            continue
        fields = touched(policy, stage, run.submission, new)
        if fields:
            found.append(Lapse(run, stage.label, fields))
    return found


def _last_runs(case: Case) -> dict[str, StageRun]:
    """The newest passage of a case through each stage."""
    rows = case.runs.select_related("submission", "office").order_by("pk")
    return {run.stage: run for run in rows}


def resume_at(case: Case, submission: Submission) -> Any | None:
    """The stage a corrected filing goes to when it is not the one that asked; says why.

    Args:
        case: locked.
        submission: the corrected one.
    """
    application = case.application
    named = _named_stage(case)
    if named is not None:
        return named
    gone = lapses(case, submission)
    if not gone:
        return None
    for lapse in gone:
        events.record(
            application, "approval_lapsed", lapse.sentence, office=lapse.run.office,
            data={"stage": lapse.run.stage, "fields": list(lapse.fields)},
        )  # fmt: skip
    return road.stage_of(application.ruleset, application.procedure, gone[0].run.stage)


def _named_stage(case: Case) -> Any | None:
    """The stage the ruleset names for filings that the asking stage sent back."""
    returned = case.runs.filter(state=RunState.RETURNED).order_by("-pk").first()
    if returned is None:
        return None
    application = case.application
    stage = road.stage_of(application.ruleset, application.procedure, returned.stage)
    if stage.resumes_at is None:
        return None
    return road.stage_of(application.ruleset, application.procedure, stage.resumes_at)


def next_to_do(case: Case, stage: Any | None) -> Any | None:
    """The first stage from one on whose approval does not stand; each that stands is told."""
    application = case.application
    while stage is not None and stage.scope == "case" and _stands(case, stage):
        events.record(application, "approval_stands", f"{stage.label}：原意见继续有效",
                      data={"stage": stage.id})  # fmt: skip
        stage = road.following(application, stage.id)
    return stage


def _stands(case: Case, stage: Any) -> bool:
    run = _last_runs(case).get(stage.id)
    if run is None or run.state != RunState.DONE or run.submission is None:
        return False
    returned = case.runs.filter(state=RunState.RETURNED).order_by("-pk").first()
    if returned is None or run.pk > returned.pk:
        # Nothing was corrected since: the road has simply come by here.
        return False
    if _named_stage(case) is not None:
        return False
    new = last_submission(case.application)
    policy = policy_of(case.application.ruleset)
    return new is not None and not touched(policy, stage, run.submission, new)


def open_again(case: Case, stage: Any) -> StageRun:
    """Open a stage; where it was the one that asked, attempt, office and clock go on."""
    last = _last_runs(case).get(stage.id)
    if last is None or last.state != RunState.RETURNED:
        office = last.office if last is not None and last.office.is_active else None
        return opening.open_stage(case, stage, office=office)
    office = last.office if last.office.is_active else None
    return opening.open_stage(case, stage, previous=last, office=office)
