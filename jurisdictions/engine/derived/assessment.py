"""考核: each assessment, and the mending that may follow it, as a procedure.

Check, score sheets of the assessors, grades for all studios assessed together, decision,
announcement where the text asks for one, filing with the bodies it names.
"""

from typing import Any

from jurisdictions.engine.derived import selfscore
from jurisdictions.engine.derived.parts import APPEAL, OUR_APPEAL
from jurisdictions.schema.assessment import AssessedGrade, Assessment, Award, Rectification
from jurisdictions.schema.effects import (
    OpenMending,
    Result,
    ResumeStudio,
    SetGrade,
    SuspendStudio,
)
from jurisdictions.schema.fields import FieldDef
from jurisdictions.schema.forms import FieldUse, Form, Section
from jurisdictions.schema.materials import Material
from jurisdictions.schema.procedure import Procedure
from jurisdictions.schema.ruleset import Ruleset
from jurisdictions.schema.stages import Point
from jurisdictions.schema.stages.check import CheckStage
from jurisdictions.schema.stages.decision import Announcement, DecisionStage
from jurisdictions.schema.stages.filing import FilingStage
from jurisdictions.schema.stages.panel import PanelStage, Seats
from jurisdictions.schema.stages.shortlist import ShortlistStage
from jurisdictions.schema.workflow import Workflow

ASSESS, MEND = "assess_", "mend_"
#: Before the id of a paper that the text wants to see, in the checklist and in the points.
NEED = "need_"
PASSED, FAILED, ASSESSED = "passed", "failed", "assessed"
REPORT = "mending.report"
_MADE_UP = "原文未写这一环节，由系统增加"
_SEATS = "原文未规定考核人数，由考核机构安排，至少一人"
_NO_NUMBER = "原文未要求为考核结果单独编列文号"


def procedures(ruleset: Ruleset) -> dict[str, Procedure]:
    """Assessments and mendings of a ruleset by code."""
    found: dict[str, Procedure] = {}
    for code, item in ruleset.assessments.items():
        if item.table and item.table not in ruleset.score_tables:
            # Told by the check of the ruleset; there is no form to make.
            continue
        found[ASSESS + code] = _assess(ruleset, code, item)
        failing = mended_grade(item)
        if failing is not None and failing.rectification is not None:
            found[MEND + code] = _mend(ruleset, code, item, failing, failing.rectification)
    return found


def fields(ruleset: Ruleset) -> dict[str, FieldDef]:
    """Fields of all self-scores and reports by path."""
    found: dict[str, FieldDef] = {}
    for code, item in ruleset.assessments.items():
        if item.table in ruleset.score_tables and item.table is not None:
            found |= selfscore.fields(item.table, ruleset.score_tables[item.table])
        for part in item.headings:
            found[heading_path(code, part.id)] = FieldDef(type="long_text", label=part.text)
        if mended_grade(item) is not None:
            found[REPORT] = FieldDef(type="long_text", label="整改情况报告")
    return found


def assessment_of(procedure: str) -> str:
    """The assessment a procedure carries out or mends; empty for any other procedure."""
    for prefix in (ASSESS, MEND):
        if procedure.startswith(prefix):
            return procedure.removeprefix(prefix)
    return ""


def heading_path(code: str, heading: str) -> str:
    """Where the unit reports on a heading."""
    return f"report.{code}_{heading}"


def mended_grade(item: Assessment) -> AssessedGrade | None:
    """The grade after which there is a time for mending."""
    return next((grade for grade in item.grades if grade.rectification is not None), None)


def grade_code(number: int) -> str:
    """Code of the result that gives the grade of that place."""
    return f"g{number}"


def award_code(number: int, award: int) -> str:
    """Code of the result that gives a distinction on top of a grade."""
    return f"g{number}_a{award}"


def result_codes(item: Assessment) -> dict[tuple[str, str], str]:
    """Grade and distinction (empty: none) to the code of their result, best first."""
    found = {}
    for number, grade in enumerate(item.grades, 1):
        for place, award in enumerate(item.awards, 1):
            if award.of == grade.label:
                found[grade.label, award.label] = award_code(number, place)
        found[grade.label, ""] = grade_code(number)
    return found


def _results(code: str, item: Assessment) -> dict[str, Result]:
    if item.grade_by == "text":
        kept = SetGrade(kind="set_grade", assessment=code, clause=item.clause)
        return {ASSESSED: Result(label="已评估", favourable=True, effects=(kept,),
                                 clause=item.clause)}  # fmt: skip
    grades = {grade.label: grade for grade in item.grades}
    awards = {award.label: award for award in item.awards}
    return {
        result: _graded(code, grades[label], awards.get(extra))
        for (label, extra), result in result_codes(item).items()
    }


def _graded(code: str, grade: AssessedGrade, award: Award | None) -> Result:
    clause = (*grade.clause, *(award.clause if award else ()))
    label = f"{grade.label}（{award.label}）" if award else grade.label
    kept = SetGrade(
        kind="set_grade", assessment=code, grade=grade.label, passed=grade.passed,
        award=award.label if award else "", clause=clause,
    )  # fmt: skip
    mending: tuple[Any, ...] = ()
    if grade.rectification is not None:
        why = grade.rectification.clause
        mending = (
            SuspendStudio(kind="suspend_studio", clause=why),
            OpenMending(kind="open_procedure", procedure=MEND + code, assessment=code, clause=why),
        )
    more = award.effects if award else ()
    failed = not grade.passed
    return Result(label=label, favourable=grade.passed, clause=clause,
                  appeal=APPEAL if failed else "", assumption=OUR_APPEAL if failed else "",
                  effects=(kept, *grade.effects, *more, *mending))  # fmt: skip


def _assess(ruleset: Ruleset, code: str, item: Assessment) -> Procedure:
    results = _results(code, item)
    table = ruleset.score_tables[item.table] if item.table else None
    sections = selfscore.sections(item.table, table) if item.table and table else ()
    if item.headings:
        sections = (_headings(code, item), *sections)
    papers = (*_needed(item), *(selfscore.materials(table) if table else ()))
    return Procedure(
        label=item.label,
        subject="studio",
        initiators=("clock", "office"),
        summary="由单位自评，考核机构核定",
        form=Form(sections=sections or (_remarks(code, item),)),
        materials=papers,
        workflow=Workflow(stages=_stages(ruleset, code, item, tuple(results))),
        results=results,
        clause=item.clause,
        assumption=item.assumption,
    )


def _headings(code: str, item: Assessment) -> Section:
    uses = tuple(
        FieldUse(field=heading_path(code, part.id), clause=part.clause, printed=False)
        for part in item.headings
    )
    return Section(id="headings", title="自评情况", fields=uses, clause=item.clause)


def _remarks(code: str, item: Assessment) -> Section:
    """An assessment of which the text says no content still asks the unit how it went."""
    use = FieldUse(field="studio.plan", label="自评情况", printed=False, clause=item.clause)
    return Section(id="headings", title="自评情况", fields=(use,), clause=item.clause)


def _needed(item: Assessment) -> tuple[Material, ...]:
    return tuple(
        Material(id=f"{NEED}{need.id}", title=need.text, clause=need.clause,
                 need="required" if need.required else "optional",
                 severity="block" if need.required else "info")
        for need in item.needs
        if need.source == "file"
    )  # fmt: skip


def _points(item: Assessment) -> tuple[Point, ...]:
    """What the office looks at before the scores: the self-score, and what the text names."""
    first = Point(id="complete", text="自评填写完整，依据齐全", clause=item.clause,
                  assumption=_MADE_UP)  # fmt: skip
    needs = tuple(
        Point(id=f"{NEED}{need.id}", text=need.text, clause=need.clause,
              materials=(f"{NEED}{need.id}",) if need.source == "file" else ())
        for need in item.needs
    )  # fmt: skip
    heads = tuple(Point(id=part.id, text=part.text, clause=part.clause) for part in item.headings)
    return (first, *needs, *heads)


def _stages(
    ruleset: Ruleset, code: str, item: Assessment, results: tuple[str, ...]
) -> tuple[Any, ...]:
    found: list[Any] = [_check(item, results[-1], "自评材料核对")]
    if item.table:
        found.append(_panel(item, results[-1]))
    if item.grade_by != "text":
        found.append(
            ShortlistStage(
                kind="shortlist", id="grades", label="评定等次", applicant_label="评定等次",
                scope="list", office=item.by, gathers=True, choices=results, grading=code,
                refusal=results[-1], signoff=("handler", "reviewer"),
                clause=tuple(dict.fromkeys((*item.clause, *_cap_clauses(item)))),
            )
        )  # fmt: skip
    found.append(_decision(code, item, results, gathers=item.grade_by == "text"))
    found += [
        FilingStage(
            kind="filing", id=f"filed_{number}", label=told.what or "备案",
            applicant_label="结果报送", office=item.by, clause=told.clause,
            to=told.body or _label(ruleset, told.role or item.by),
        )
        for number, told in enumerate(item.filed_with, 1)
    ]  # fmt: skip
    return tuple(found)


def _label(ruleset: Ruleset, role: str) -> str:
    """What people call a role; a role that is not there is told by the check of the ruleset."""
    return ruleset.offices[role].label if role in ruleset.offices else role


def _cap_clauses(item: Assessment) -> tuple[str, ...]:
    return tuple(clause for cap in item.caps for clause in cap.clause)


def _check(item: Assessment, refusal: str, label: str) -> CheckStage:
    return CheckStage(
        kind="check", id="check", label=label, applicant_label="材料核对", office=item.by,
        points=_points(item), outcomes=("pass", "return"), refusal=refusal,
        opinion_required=False, clause=item.clause, assumption=_MADE_UP,
    )  # fmt: skip


def _panel(item: Assessment, refusal: str) -> PanelStage:
    """Assessors of the office and of those who assess with it."""
    offices = (item.by, *item.team.roles) if item.team else ()
    seats = Seats(minimum=max(1, len(offices)), offices=offices, appoint="either",
                  clause=item.team.clause if item.team else (), assumption=_SEATS)  # fmt: skip
    return PanelStage(
        kind="panel", id="scores", label="考核评分", applicant_label="考核评分", office=item.by,
        seats=seats, mode="score", score_table=item.table, outcome="grade", refusal=refusal,
        clause=item.clause,
    )  # fmt: skip


def _decision(
    code: str, item: Assessment, results: tuple[str, ...], *, gathers: bool
) -> DecisionStage:
    told = item.publication
    return DecisionStage(
        kind="decision", id="decide", label="认定考核结果", applicant_label="认定考核结果",
        office=item.by, bodies=(item.by,), result=results[0], choices=results[1:],
        grading=None if item.grade_by == "text" else code, document=False, gathers=gathers,
        signoff=("handler", "approver"), clause=item.clause, assumption=_NO_NUMBER,
        announcement=Announcement(to="社会", clause=told.clause) if told else None,
    )  # fmt: skip


def _mend(
    ruleset: Ruleset, code: str, item: Assessment, failing: AssessedGrade, rule: Rectification
) -> Procedure:
    report = FieldUse(field=REPORT, printed=False, clause=rule.clause,
                      help="逐项写明存在的问题、整改措施和完成情况")  # fmt: skip
    results = _mended(code, failing, rule)
    stages: tuple[Any, ...] = (
        _mending_check(item, rule),
        *((_panel(item, FAILED),) if item.table else ()),
        _decision(code, item, (PASSED, FAILED), gathers=False),
    )
    paper = Material(id="mending", title="整改佐证材料", need="optional", severity="info",
                     kinds=("pdf", "jpg", "png", "docx", "xlsx"), clause=rule.clause)  # fmt: skip
    return Procedure(
        label=f"{item.label}整改",
        subject="studio",
        initiators=("clock", "office"),
        summary="限期整改，期满再次考核",
        form=Form(sections=(Section(id="report", title="整改情况", fields=(report,),
                                    clause=rule.clause),)),
        materials=(paper,),
        workflow=Workflow(stages=stages),
        results=results,
        clause=rule.clause,
        assumption=rule.assumption,
    )  # fmt: skip


def _mending_check(item: Assessment, rule: Rectification) -> CheckStage:
    point = Point(id="complete", text="整改报告完整，问题逐项回应", clause=rule.clause,
                  assumption=_MADE_UP)  # fmt: skip
    return CheckStage(
        kind="check", id="check", label="整改材料核对", applicant_label="材料核对",
        office=item.by, points=(point,), outcomes=("pass", "return"), refusal=FAILED,
        opinion_required=False, clause=rule.clause, assumption=_MADE_UP,
    )  # fmt: skip


def _mended(code: str, failing: AssessedGrade, rule: Rectification) -> dict[str, Result]:
    good = SetGrade(kind="set_grade", assessment=code, grade="整改合格", passed=True, mending=True,
                    clause=rule.clause)  # fmt: skip
    bad = SetGrade(kind="set_grade", assessment=code, grade=failing.label, passed=False,
                   mending=True, clause=rule.fails.clause)  # fmt: skip
    resumed = ResumeStudio(kind="resume_studio", clause=rule.clause)
    return {
        PASSED: Result(label="整改合格", favourable=True, effects=(good, resumed),
                       clause=rule.clause),
        FAILED: Result(label=f"整改后仍不合格，{rule.fails.label}", clause=rule.fails.clause,
                       effects=(bad, *rule.fails.effects), appeal=APPEAL,
                       assumption=OUR_APPEAL),
    }  # fmt: skip
