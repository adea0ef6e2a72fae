"""What the schema itself refuses: each validator with the sentence an author reads."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from jurisdictions.schema.assessment import Assessment, Cycle, Rectification
from jurisdictions.schema.base import (
    BoolExpr,
    ClauseId,
    Code,
    DateExpr,
    Entry,
    Expr,
    FieldPath,
    ListExpr,
)
from jurisdictions.schema.effects import Clawback
from jurisdictions.schema.fields import FieldDef
from jurisdictions.schema.forms import Form, Section, TableUse
from jurisdictions.schema.life import FiledWith, YearDay
from jurisdictions.schema.rules import Rule
from jurisdictions.schema.scoring import Cap, Group, ScoreTable
from jurisdictions.schema.stages import STAGE_KINDS, Stage
from jurisdictions.schema.stages.hearing import HearingStage
from jurisdictions.schema.stages.panel import PanelStage
from jurisdictions.schema.stages.recommend import RecommendStage
from jurisdictions.schema.uniqueness import Claim
from jurisdictions.schema.workflow import Quota, Workflow
from tests.jurisdictions.engine.places import changed, small

LINE = {"id": "a", "text": "x", "kind": "judged", "max": 5}
GROUP = {"id": "g", "title": "组", "max": 5, "items": [LINE]}
TABLE = {"title": "表", "total": 5, "groups": [GROUP]}
STAGE = {"id": "s", "label": "x", "applicant_label": "x", "office": "bureau"}
PANEL = {**STAGE, "kind": "panel"}
WEIGHS = {"own": 70, "earlier": [{"stage": "review", "weight": 30}]}
FLOATING = {"share": "30%", "rounding": "down"}
FAILS = {"label": "撤销", "effects": [{"kind": "revoke_studio"}]}
ASSESSED = {"label": "考核", "by": "bureau", "cycle": {"every_months": 24}}


def told(model: Any, value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(model).validate_python(value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("model", "value", "says"),
    [
        (Rule, {"id": "r", "title": "x"}, "必须且只能写一个（human 可以都不写）"),
        (Rule, {"id": "r", "title": "x", "require": "true",
                "at_least": {"n": 1, "of": [{"id": "o", "title": "x", "require": "true"}]}},
         "必须且只能写一个"),
        (Rule, {"id": "R 1", "title": "x", "require": "true"}, "String should match pattern"),
        (Rule, {"id": "r", "title": "x", "require": ""}, "at least 1 character"),
        (Rule, {"id": "r", "title": "x", "require": "x" * 2001}, "at most 2000 characters"),
        (Rule, {"id": "r", "title": "x", "require": "true", "severity": "hard"},
         "Input should be 'block', 'warn' or 'info'"),
        (FieldDef, {"type": "id_number", "label": "证号"}, "sensitivity 必须是 sealed"),
        (FieldDef, {"type": "bank_account", "label": "账号", "sensitivity": "personal"},
         "sensitivity 必须是 sealed"),
        (FieldDef, {"type": "number", "label": "x"}, "Input should be 'text', 'long_text'"),
        (Workflow, {}, "workflow 写 stages，或只写 same_as"),
        (Workflow, {"same_as": "a", "stages": [{**STAGE, "kind": "check"}]},
         "workflow 写 stages，或只写 same_as"),
        (Workflow, {"stages": [{**STAGE, "kind": "check"}] * 2}, "环节编号重复：s"),
        (Clawback, {"kind": "clawback", "what": "cycle_grants"}, "须写 cycle_months"),
        (Clawback, {"kind": "clawback", "cycle_months": 24}, "追回全部资助不写"),
        (Group, {**GROUP, "max": 6}, "分组“组”应为 6 分，各项合计 5 分"),
        (ScoreTable, {**TABLE, "total": 6}, "总分应为 6 分，各组合计 5 分"),
        (ScoreTable, {**TABLE, "total": 10, "groups": [GROUP, GROUP]}, "评分项编号重复：a"),
        (Cap, {"grade": "优秀", "share": "20", "of": "passed"}, "String should match pattern"),
        (Cycle, {}, "必须且只能写一个"),
        (Cycle, {"every_months": 24, "at_term_end": True}, "必须且只能写一个"),
        (Rectification, {"fails": FAILS}, "没有 months 时写明由谁定期限（set_by）"),
        (Rectification, {"fails": FAILS, "months": 3, "set_by": "bureau"},
         "写了 months 就不再写 max_months 或 set_by"),
        (Assessment, ASSESSED, "按分数定等次须写 table"),
        (Assessment, {**ASSESSED, "grade_by": "choice"}, "写明 grades"),
        (Assessment, {**ASSESSED, "table": "t", "grades": [{"label": "合格", "passed": True}],
                      "awards": [{"label": "优秀奖", "of": "优秀"}]}, "没有这样的等次：优秀"),
        (YearDay, {"month": 3}, "写 month 和 day，或只写 set_by"),
        (YearDay, {"month": 3, "day": 1, "set_by": "bureau"}, "写 month 和 day，或只写 set_by"),
        (FiledWith, {}, "role 和 body 只写一个"),
        (FiledWith, {"role": "bureau", "body": "市局"}, "role 和 body 只写一个"),
        (PanelStage, {**PANEL, "mode": "score"}, "mode: score 须写明 score_table"),
        (PanelStage, {**PANEL, "score_table": "t"}, "mode: opinion 不得写 score_table"),
        (PanelStage, {**PANEL, "seats": {"sources": ["院校"], "weights": {"企业": 1}}},
         "weights 须与 sources 一一对应"),
        (PanelStage, {**PANEL, "aggregate": "median",
                      "seats": {"sources": ["院校"], "weights": {"院校": 1}}},
         "设置来源权重时 aggregate 须为 mean"),
        (PanelStage, {**PANEL, "weighs": WEIGHS}, "写 weighs 的环节须写明 score_table"),
        (HearingStage, {**PANEL, "kind": "hearing", "score_table": "t",
                        "weighs": {**WEIGHS, "own": 60}}, "合计须为 100，现为 90"),
        (HearingStage, {**PANEL, "kind": "hearing", "score_table": "t", "weighs": {
            "own": 40, "earlier": [{"stage": "a", "weight": 30}, {"stage": "a", "weight": 30}]}},
         "earlier 中的环节不得重复"),
        (RecommendStage, {**STAGE, "kind": "recommend", "scope": "list", "rollup": {}},
         "rollup 只用于逐件推荐的环节"),
        (Quota, {"floating": {"share": "30%"}}, "Field required"),
        (Quota, {"floating": {**FLOATING, "share": "三成"}}, "String should match pattern"),
        (Quota, {"floating": {**FLOATING, "share": "120%"}}, "share 须大于 0%，不超过 100%"),
        (Quota, {"floating": {**FLOATING, "minimum": 4, "maximum": 3}}, "minimum 不得大于 maximum"),
        (Quota, {"result": "chief"}, "按结果设名额须写 maximum 或 floating"),
        (Quota, {"result": "chief", "maximum": 1, "severity": "warn"}, "severity 须为 block"),
        (PanelStage, {**PANEL, "aggregate": "trimmed", "seats": {"minimum": 2}},
         "seats.minimum 须不小于 3"),
        (TableUse, {"table": "team", "max_rows": 201, "columns": []}, "less than or equal to 200"),
        (Form, {"sections": []}, "at least 1 item"),
        (Claim, {"id": "c", "title": "x", "key": [], "conflict": "x"}, "at least 1 item"),
        (Code, "Ab", "String should match pattern"),
        (ClauseId, "渝中-1", "String should match pattern"),
        (FieldPath, "a.b.c.d", "String should match pattern"),
        (Entry, {"clauses": "x-1"}, "Extra inputs are not permitted"),
        (Stage, {**STAGE, "kind": "meeting"}, "Input tag 'meeting'"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(model: Any, value: Any, says: str) -> None:
    assert says in told(model, value)


def test_one_clause_is_written_as_a_word_and_several_as_a_list() -> None:
    assert Entry.model_validate({"clause": "x-1"}).clause == ("x-1",)
    assert Entry.model_validate({"clause": ["x-1", "x-f-a"]}).clause == ("x-1", "x-f-a")
    assert Entry().clause == ()


def test_an_entry_does_not_change_after_loading() -> None:
    entry = Entry(clause=("x-1",))
    with pytest.raises(ValidationError, match="frozen"):
        entry.assumption = "另一种读法"


def test_a_field_may_be_written_as_its_name_alone() -> None:
    section = Section.model_validate(
        {"id": "a", "title": "x", "fields": ["unit.name", {"field": "unit.uscc"}],
         "tables": [{"table": "team", "columns": ["name", {"column": "age"}]}]}
    )  # fmt: skip
    assert [use.field for use in section.fields] == ["unit.name", "unit.uscc"]
    assert [c.column for c in section.tables[0].columns] == ["name", "age"]
    assert all(use.required and use.printed for use in section.fields)


def test_an_expression_knows_what_it_must_yield() -> None:
    kinds = [kind.yields for kind in (Expr, BoolExpr, DateExpr, ListExpr)]
    assert kinds == ["any", "bool", "date", "list"]
    assert isinstance(TypeAdapter(BoolExpr).validate_python("true"), BoolExpr)


def test_every_kind_of_stage_has_a_shape() -> None:
    more: dict[str, dict[str, Any]] = {
        "vote": {"majority": {}}, "consult": {"offices": []}, "committee": {"body": "局务会"},
        "joint_decision": {"bodies": ["a", "b"]}, "publicity": {"period": {"days": 7}},
        "decision": {"bodies": ["a"], "result": "named"}, "filing": {"to": "市局"},
    }  # fmt: skip
    for kind in STAGE_KINDS:
        stage = {**STAGE, "kind": kind, **more.get(kind, {})}
        assert TypeAdapter(Stage).validate_python(stage).kind == kind


def test_a_hearing_scores_where_it_names_a_table_and_gives_opinions_otherwise() -> None:
    hearing = {**STAGE, "kind": "hearing"}
    assert HearingStage.model_validate(hearing).mode == "opinion"
    assert HearingStage.model_validate({**hearing, "score_table": "t"}).mode == "score"


def test_a_city_marks_its_own_fields() -> None:
    own = {"own.colour": {"type": "text", "label": "颜色"}}
    assert "own.colour" in changed(lambda document: document.update(fields=own)).catalogue.fields


def test_a_clause_is_found_by_its_id() -> None:
    found = small().inventory.clause("shiyan-3-1")
    assert found is not None
    assert found.text == "年龄不超过55周岁"
    assert small().inventory.clause("shiyan-99") is None
