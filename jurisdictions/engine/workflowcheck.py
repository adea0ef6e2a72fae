"""Checks the road of a procedure: borrowed stages, roles, boxes, results, what a point names."""

from collections.abc import Iterator
from typing import Any

from jurisdictions.engine.derived.assessment import assessment_of
from jurisdictions.engine.loader import Path_
from jurisdictions.engine.policy import Policy
from jurisdictions.schema.procedure import Procedure
from jurisdictions.schema.stages.publicity import NOTICE_COLUMNS

Fault = tuple[Path_, str, str]


def workflow_faults(policy: Policy, code: str, root: Path_) -> Iterator[Fault]:
    """Every fault of the stages of a procedure."""
    procedure = policy.procedure(code)
    borrowed = procedure.workflow.same_as
    if borrowed is not None:
        yield from _borrowed(policy, procedure, borrowed, (*root, "workflow", "same_as"))
    for index, stage in enumerate(procedure.workflow.stages):
        path: Path_ = (*root, "workflow", "stages", index)
        named = stage.model_dump()
        yield from _roles(policy, stage, named, path)
        yield from _boxes(procedure, stage, named, path)
        yield from _results(procedure, named, path)
        yield from _points(procedure, named, path)
        yield from _resumes(procedure, index, (*path, "resumes_at"))
        table = named.get("score_table")
        if table and table not in policy.ruleset.score_tables:
            yield (*path, "score_table"), f"没有评分表 {table}", "补上 score_tables"
        yield from _grading(policy, code, named, path)
        yield from _weighs(policy, procedure, index, path)
        yield from _rollup(policy, stage, (*path, "rollup", "fields"))
        if stage.kind == "publicity":
            yield from _notice(stage, (*path, "columns"))
    yield from _named_stages(procedure, root)
    yield from _quota(policy, procedure, root)


def _grading(policy: Policy, code: str, named: dict[str, Any], path: Path_) -> Iterator[Fault]:
    """Grades are given in the procedure of their assessment, under its name."""
    wanted = named.get("grading")
    if not wanted:
        return
    if wanted not in policy.ruleset.assessments:
        yield (*path, "grading"), f"没有考核 {wanted}", "补上 assessments"
    elif assessment_of(code) != wanted:
        yield (
            (*path, "grading"),
            f"事项 {code} 不是考核 {wanted} 的事项",
            f"事项编号用 assess_{wanted}",
        )


def _weighs(policy: Policy, procedure: Procedure, index: int, path: Path_) -> Iterator[Fault]:
    """What is weighed is the score of an earlier stage that every filing passes."""
    stage = procedure.workflow.stages[index]
    weighs = getattr(stage, "weighs", None)
    if weighs is None:
        return
    before = {row.id: row for row in procedure.workflow.stages[:index]}
    for number, row in enumerate(weighs.earlier):
        place: Path_ = (*path, "weighs", "earlier", number, "stage")
        earlier = before.get(row.stage)
        if earlier is None:
            yield place, f"{row.stage} 不是此前的环节", "核对 workflow.stages"
        elif not getattr(earlier, "score_table", None) or earlier.scope != "case":
            yield (
                place,
                f"环节 {row.stage} 不是逐件评分的环节",
                "该环节写 score_table，scope 用 case",
            )
        elif earlier.when is not None:
            yield place, f"环节 {row.stage} 有适用条件，略过的件没有得分", "去掉该环节的 when"
        elif _total(policy, earlier) != _total(policy, stage):
            yield place, f"环节 {row.stage} 评分表的满分与本环节不同", "两个评分表用同一满分"


def _rollup(policy: Policy, stage: Any, path: Path_) -> Iterator[Fault]:
    """Columns of a table of recommendations are fields that may be printed."""
    rollup = getattr(stage, "rollup", None)
    for number, name in enumerate(rollup.fields if rollup else ()):
        field = policy.catalogue.fields.get(name)
        if field is None:
            yield (*path, number), f"没有字段 {name}", "见 fields.yaml"
        elif field.sensitivity == "sealed":
            yield (*path, number), f"字段 {name} 是密封值，不能列入汇总表", "换一个字段"


def _notice(stage: Any, path: Path_) -> Iterator[Fault]:
    """A notice shows what may be public, each once."""
    for number, name in enumerate(stage.columns):
        if name not in NOTICE_COLUMNS:
            yield (*path, number), f"公示不能列出 {name}", f"可用 {'、'.join(NOTICE_COLUMNS)}"
        elif name in stage.columns[:number]:
            yield (*path, number), f"公示重复列出 {name}", "去掉重复的一列"


def _quota(policy: Policy, procedure: Procedure, root: Path_) -> Iterator[Fault]:
    """Numbers float with a stage of single filings that none leaves out; results are known."""
    lender = policy.procedures.get(procedure.workflow.same_as or "", procedure)
    stages = {stage.id: stage for stage in lender.workflow.stages}
    for index, quota in enumerate(procedure.rounds.quota if procedure.rounds else ()):
        wanted = quota.floating.passed if quota.floating else None
        base: Path_ = (*root, "rounds", "quota", index)
        place: Path_ = (*base, "floating", "passed")
        if quota.result is not None and quota.result not in procedure.results:
            yield (*base, "result"), f"results 中没有 {quota.result}", "补上 results"
        if wanted is None:
            continue
        if wanted not in stages:
            yield place, f"没有环节 {wanted}", "核对 workflow.stages"
        elif stages[wanted].scope != "case" or stages[wanted].when is not None:
            yield (
                place,
                f"环节 {wanted} 不是每件都经过的逐件环节",
                "换一个没有 when 的逐件环节",
            )


def _total(policy: Policy, stage: Any) -> Any:
    table = policy.ruleset.score_tables.get(stage.score_table)
    return table.total if table else None


def _borrowed(policy: Policy, procedure: Procedure, code: str, path: Path_) -> Iterator[Fault]:
    lender = policy.procedures.get(code)
    if lender is None:
        yield path, f"没有事项 {code}", "核对 same_as"
    elif lender.workflow.same_as:
        yield path, f"事项 {code} 的流程也是借用的", "写明流程所在的事项"
    else:
        for stage in lender.workflow.stages:
            yield from _results(procedure, stage.model_dump(), path)


def _roles(policy: Policy, stage: Any, named: dict[str, Any], path: Path_) -> Iterator[Fault]:
    roles = {stage.office, *named.get("bodies", ())}
    roles |= {item["office"] for item in named.get("offices", ())}
    roles |= set((named.get("seats") or {}).get("offices", ()))
    for role in sorted(roles - set(policy.ruleset.offices)):
        yield path, f"offices 中没有机构角色 {role}", "补上 offices"


def _boxes(procedure: Procedure, stage: Any, named: dict[str, Any], path: Path_) -> Iterator[Fault]:
    known = {box.id for box in procedure.sheet.boxes} if procedure.sheet else set()
    boxes = named.get("boxes", {})
    for box in sorted({stage.box or "", *boxes.values()} - {"", *known}):
        yield (*path, "box"), f"申报表没有意见栏 {box}", "补上 sheet.boxes"
    for body in sorted(set(boxes) - set(named.get("bodies", ()))):
        yield (*path, "boxes"), f"bodies 中没有机构角色 {body}", "核对 bodies"


def _results(procedure: Procedure, named: dict[str, Any], path: Path_) -> Iterator[Fault]:
    for key in ("result", "refusal", "choices"):
        given = named.get(key) or ()
        for code in (given,) if isinstance(given, str) else given:
            if code not in procedure.results:
                yield (*path, key), f"results 中没有 {code}", "补上 results"


def _points(procedure: Procedure, named: dict[str, Any], path: Path_) -> Iterator[Fault]:
    known = {
        ("rules", "规则"): {rule.id for rule in procedure.rules},
        ("materials", "材料"): {item.id for item in procedure.materials},
    }
    for point in (*named.get("points", ()), *named.get("verdicts", ())):
        for (key, label), ids in known.items():
            for missing in sorted(set(point[key]) - ids):
                yield path, f"要点 {point['id']} 引用的{label} {missing} 不存在", ""


def _resumes(procedure: Procedure, index: int, path: Path_) -> Iterator[Fault]:
    """A corrected filing goes to this stage or an earlier one that works on single cases."""
    wanted = procedure.workflow.stages[index].resumes_at
    reached = {
        stage.id for stage in procedure.workflow.stages[: index + 1] if stage.scope == "case"
    }
    if wanted is not None and wanted not in reached:
        yield path, f"{wanted} 不是本环节或此前逐件办理的环节", "核对 workflow.stages"


def _named_stages(procedure: Procedure, root: Path_) -> Iterator[Fault]:
    """Stages that other parts name must be stages of the procedure."""
    known = {stage.id for stage in procedure.workflow.stages}
    deadline = procedure.rounds.deadline if procedure.rounds else None
    named: list[tuple[Path_, str | None]] = [
        (("visible_to_unit_from",), procedure.visible_to_unit_from),
        (("rounds", "deadline", "arrival_stage"), deadline.arrival_stage if deadline else None),
    ]
    for path, stage in named:
        if stage and known and stage not in known:
            yield (*root, *path), f"没有环节 {stage}", "核对 workflow.stages"
