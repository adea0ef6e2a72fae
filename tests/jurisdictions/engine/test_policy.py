"""A policy from plain data: names, options, digests, and faults with file and line."""

from pathlib import Path
from typing import Any

import pytest

from jurisdictions.engine.policy import build_policy, canonical, digest, load_policy
from jurisdictions.engine.problems import RulesetInvalidError
from jurisdictions.schema.fields import FieldDef
from tests.jurisdictions.engine.places import SMALL, changed, setting, small

FIELD = {"type": "choice", "label": "项目"}


def options(own: tuple[str, ...] = (), **more: Any) -> tuple[str, ...]:
    return small().options(FieldDef.model_validate({**FIELD, **more}), own)


def test_options_come_from_the_form_first_then_the_field_then_a_list() -> None:
    assert options(("东", "西"), options=["甲"]) == ("东", "西")
    assert options(options=["甲"], options_from="degree") == ("甲",)
    assert options(options_from="degree")[:1] == (small().national.choices("degree")[0][1],)
    assert options() == ()


def test_a_list_of_the_city_comes_before_a_national_table_of_that_name() -> None:
    policy = changed(setting("lists", {"degree": ["本市甲", "本市乙"]}))
    field = FieldDef.model_validate({**FIELD, "options_from": "degree"})
    assert policy.options(field) == ("本市甲", "本市乙")


def test_the_digest_names_a_version_whatever_the_order_of_its_keys() -> None:
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
    assert canonical({"乙": 1, "甲": [1, "二"]}) == '{"乙":1,"甲":[1,"二"]}'
    assert small().digest == load_policy(SMALL)[0].digest
    assert len(small().digest) == 64


def test_a_policy_knows_its_code_and_procedures() -> None:
    assert small().code == "shiyan"
    assert small().procedure("establish").label == "设立"
    with pytest.raises(KeyError):
        small().procedure("nothing")


def test_stages_of_a_procedure_follow_the_one_it_borrows_from() -> None:
    def borrow(document: dict[str, Any]) -> None:
        establish = document["procedures"]["establish"]
        document["procedures"]["again"] = {**establish, "workflow": {"same_as": "establish"}}

    policy = changed(borrow)
    assert policy.stages("again") == policy.stages("establish")
    assert [stage.id for stage in policy.stages("again")] == ["first", "notice", "naming"]


def problems(tmp_path: Path, replace: tuple[str, str]) -> list[str]:
    text = SMALL.read_text(encoding="utf-8")
    assert replace[0] in text
    root = tmp_path / "shiyan.yaml"
    root.write_text(text.replace(*replace, 1), encoding="utf-8")
    with pytest.raises(RulesetInvalidError) as caught:
        load_policy(root)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("replace", "says"),
    [
        (
            ("check: attested", "chek: attested"),
            "procedures.establish.rules.2.chek: Extra inputs are not permitted（没有这个键：",
        ),
        (
            ("max_rows: 4", "max_rows: 很多"),
            "procedures.establish.form.sections.1.tables.0.max_rows: Input should be a valid int",
        ),
        (
            ("  short_name: 试验\n", ""),
            "identity.short_name: Field required（必填，请补上）",
        ),
        (
            ("kind: check", "kind: chek"),
            "procedures.establish.workflow.stages.0: ",
        ),
        (
            ("kind: check, ", ""),
            "procedures.establish.workflow.stages.0: ",
        ),
        (
            ("days: 5", "days: 0"),
            "procedures.establish.workflow.stages.0.limit.days: ",
        ),
        (
            ("code: shiyan\n", 'code: "Shi Yan"\n'),
            "identity.code: ",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_file_line_path_and_hint(
    tmp_path: Path, replace: tuple[str, str], says: str
) -> None:
    text = SMALL.read_text(encoding="utf-8")
    line = text[: text.index(replace[0].strip())].count("\n") + 1
    if says.startswith("identity.short_name"):
        line = text[: text.index("identity:")].count("\n") + 1
    found = problems(tmp_path, replace)
    assert [told for told in found if told.startswith(f"shiyan.yaml:{line}: {says}")] == found


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = SMALL.read_text(encoding="utf-8").replace("severity: warn", "severity: soft")
    root = tmp_path / "shiyan.yaml"
    root.write_text(text.replace("on: application", "on: x").replace("max_rows: 4", "max_rows: x"))
    with pytest.raises(RulesetInvalidError) as caught:
        load_policy(root)
    assert len(caught.value.problems) == 2


def test_a_wrong_kind_of_stage_names_the_kinds_there_are(tmp_path: Path) -> None:
    found = problems(tmp_path, ("kind: check", "kind: chek"))
    assert "'publicity'" in found[0]
    assert found[0].endswith("（kind 写错了）")


def test_a_city_may_add_fields_and_columns_but_not_redefine_them() -> None:
    own = {"own.colour": {"type": "text", "label": "颜色"}}
    column = {"team": {"label": "x", "columns": {"shirt": {"type": "text", "label": "衣号"}}}}
    table = {"tools": {"label": "设备", "columns": {"name": {"type": "text", "label": "名称"}}}}
    policy = changed(lambda document: document.update(fields=own, tables={**column, **table}))
    assert policy.catalogue.field("own.colour") is not None
    assert policy.catalogue.field("team.shirt") is not None
    assert policy.catalogue.field("team.name") is not None
    assert policy.catalogue.field("tools.name") is not None
    assert policy.catalogue.field("nothing.name") is None


@pytest.mark.parametrize(
    ("part", "value", "says"),
    [
        (
            "tables",
            {"team": {"label": "x", "columns": {"name": {"type": "text", "label": "名"}}}},
            "fields: 表 team 的列 name 已在公用目录中",
        ),
        (
            "fields",
            {"leader.name": {"type": "text", "label": "x"}},
            "本市自有字段须以 own. 开头：leader.name",
        ),
    ],
)
def test_a_shared_name_cannot_be_taken(part: str, value: Any, says: str) -> None:
    with pytest.raises(RulesetInvalidError) as caught:
        changed(setting(part, value))
    assert says in str(caught.value)


def test_the_catalogue_refuses_what_it_has_already() -> None:
    field = FieldDef.model_validate({"type": "text", "label": "x"})
    with pytest.raises(ValueError, match=r"字段 leader\.name 已在公用目录中，不得重新定义"):
        small().catalogue.extended({"leader.name": field}, {})


def test_clauses_beside_the_city_that_are_no_yaml_are_told(tmp_path: Path) -> None:
    root = tmp_path / "shiyan.yaml"
    root.write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "clauses").mkdir()
    (tmp_path / "clauses" / "shiyan.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(RulesetInvalidError, match=r"shiyan\.yaml:1: : 读不到："):
        load_policy(root)


def test_national_tables_of_its_own_must_be_complete(tmp_path: Path) -> None:
    root = tmp_path / "shiyan.yaml"
    root.write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "national").mkdir()
    with pytest.raises(RulesetInvalidError, match="national: 缺少国家数据表“retirement”"):
        load_policy(root)


def test_a_policy_builds_from_stored_rows_as_from_files() -> None:
    policy = small()
    again = build_policy(
        policy.document,
        policy.inventory.model_dump(),
        policy.shared.model_dump(),
        dict(policy.national.documents),
    )
    assert again.digest == policy.digest
    assert again.national.digest == policy.national.digest
