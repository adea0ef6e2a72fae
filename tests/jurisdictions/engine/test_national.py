"""The national tables as shipped, and the loader."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from jurisdictions.engine.national import (
    CodeItem,
    National,
    NationalError,
    build_national,
    load_national,
    read_documents,
)

FOLDER = Path(__file__).parents[3] / "fixtures" / "national"
NATIONAL = load_national(FOLDER)


def test_the_tables_are_read_once_and_are_the_same_again_from_their_documents() -> None:
    assert load_national(FOLDER) is NATIONAL
    again = build_national(dict(NATIONAL.documents))
    assert again == NATIONAL
    assert again.digest == NATIONAL.digest
    assert len(NATIONAL.digest) == 64


def test_every_table_names_its_source_and_has_entries() -> None:
    assert sorted(NATIONAL.tables) == [
        "award_level",
        "certificate_family",
        "degree",
        "district",
        "economic_type",
        "education",
        "ethnic",
        "identity_document",
        "occupation",
        "political",
        "professional_title",
        "skill_level",
        "unit_nature",
    ]
    for table in NATIONAL.tables.values():
        assert table.source != ""
        assert table.items != ()


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("学徒工", 1),
        ("五级", 2),
        ("中级工（四级）", 3),
        ("高级工", 4),
        ("三级/高级工", 4),
        ("技师", 5),
        ("二级", 5),
        ("技师（二级）", 5),
        ("二级/技师", 5),
        ("国家二级", 5),
        ("２级", 5),
        ("高级技师", 6),
        ("一级", 6),
        ("特级技师", 7),
        ("首席技师", 8),
        ("chief_technician", 8),
        ("大师", None),
        ("", None),
    ],
)
def test_skill_levels_rank_and_the_first_grade_is_above_the_second(
    text: str, rank: int | None
) -> None:
    assert NATIONAL.rank("skill_level", text) == rank


def test_marks_give_the_rank_where_something_begins() -> None:
    assert NATIONAL.mark("skill_level", "high_skilled_from") == 4
    assert NATIONAL.mark("skill_level", "technician_from") == 5
    assert NATIONAL.mark("professional_title", "intermediate_from") == 3
    with pytest.raises(NationalError, match="没有标记“none”"):
        NATIONAL.mark("skill_level", "none")


def test_award_levels_climb_from_county_to_nation() -> None:
    ladder = ["区县级", "市级行业主管部门", "市级", "自治区级", "国家级"]
    ranks = [NATIONAL.rank("award_level", step) for step in ladder]
    assert ranks == [2, 3, 4, 5, 6]
    assert NATIONAL.rank("award_level", "省部级") == 5


def test_titles_rank_with_their_series_names() -> None:
    ranks = [NATIONAL.rank("professional_title", t) for t in ("助理工程师", "工程师", "高级工程师")]
    assert ranks == [2, 3, 4]


def test_the_code_lists_hold_what_the_standards_hold() -> None:
    ethnic = NATIONAL.choices("ethnic")
    assert len(ethnic) == 58
    assert ethnic[0] == ("01", "汉族")
    assert ethnic[4] == ("05", "维吾尔族")
    assert ethnic[55:] == [("56", "基诺族"), ("97", "其他"), ("98", "外国血统中国籍人士")]
    assert [code for code, _ in NATIONAL.choices("political")] == [f"{n:02d}" for n in range(1, 14)]
    assert NATIONAL.label("economic_type", "151") == "国有独资（公司）"
    assert NATIONAL.label("economic_type", "999") == "999"
    assert NATIONAL.label("education", "50") == "技工学校"


@pytest.mark.parametrize(
    ("table", "text", "code"),
    [
        ("political", "中共党员", "01"),
        ("political", "共青团员", "03"),
        ("ethnic", "哈萨克", "17"),
        ("ethnic", "柯尔克孜族", "29"),
        ("ethnic", "锡伯", "38"),
        ("education", "大专", "30"),
        ("economic_type", "港澳台投资", "200"),
        ("district", "重庆市荣昌区", "500153"),
        ("certificate_family", "技能等级证书", "skill_level"),
        ("identity_document", "身份证", "resident"),
    ],
)
def test_synonyms_lead_to_the_code(table: str, text: str, code: str) -> None:
    item = NATIONAL.resolve(table, text)
    assert item is not None
    assert item.code == code


def test_districts_hang_under_their_city() -> None:
    urumqi = [item.label for item in NATIONAL.children("district", "650100")]
    assert urumqi == [
        "天山区",
        "沙依巴克区",
        "新市区",
        "水磨沟区",
        "头屯河区",
        "达坂城区",
        "米东区",
        "乌鲁木齐县",
    ]
    ziyang = [item.code for item in NATIONAL.children("district", "512000")]
    assert ziyang == ["512002", "512021", "512022", "512000-GX", "512000-LK"]
    parents = {item.parent for item in NATIONAL.table("district").items if item.parent}
    assert parents <= {item.code for item in NATIONAL.table("district").items}


def test_occupations_are_suggestions_and_no_two_share_a_name() -> None:
    table = NATIONAL.table("occupation")
    assert table.suggestions_only is True
    labels = [item.label for item in table.items]
    assert len(labels) == len(set(labels)) == 213
    assert {"车工", "数控车工", "钳工", "焊工", "电工"} <= set(labels)
    assert NATIONAL.occupation_synonyms["电焊工"] == "焊工"


def test_holidays_cover_four_years() -> None:
    assert NATIONAL.holidays.covered_years == (2023, 2024, 2025, 2026)
    assert NATIONAL.calendar.is_working_day(date(2026, 1, 4)) is True
    assert NATIONAL.calendar.is_working_day(date(2026, 1, 2)) is False


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(NationalError, match="没有名为“colour”的国家代码表"):
        NATIONAL.resolve("colour", "红")


def documents_with(name: str, **change: object) -> dict[str, object]:
    documents = dict(NATIONAL.documents)
    return documents | {name: {**documents[name], **change}}


def test_another_number_gives_another_digest() -> None:
    changed = build_national(documents_with("retirement.yaml", note="改"))
    assert changed.digest != NATIONAL.digest


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("retirement.yaml", {"colour": 1}, "retirement.yaml：colour 有误"),
        ("retirement.yaml", {"effective_from": "x"}, "retirement.yaml：effective_from 有误"),
        ("degrees.yaml", {"items": [{"code": "1"}]}, "degrees.yaml：items.0.label 有误"),
        ("degrees.yaml", {"table": "ethnic"}, "表“ethnic”重复"),
        ("degrees.yaml", {"marks": {"from": "院士"}}, "标记“from”指向不存在的“院士”"),
        (
            "degrees.yaml",
            {
                "items": [
                    {"code": "1", "label": "甲"},
                    {"code": "2", "label": "乙", "synonyms": ["甲"]},
                ]
            },
            "“甲”同时指“甲”和“乙”",
        ),
    ],
)
def test_a_faulty_table_is_refused_with_its_place(
    name: str, change: dict[str, object], message: str
) -> None:
    with pytest.raises(NationalError) as caught:
        build_national(documents_with(name, **change))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "table"), [("retirement.yaml", "retirement"), ("holidays.yaml", "holiday")]
)
def test_a_missing_table_is_named(name: str, table: str) -> None:
    documents = {key: value for key, value in NATIONAL.documents.items() if key != name}
    with pytest.raises(NationalError, match=f"缺少国家数据表“{table}”"):
        build_national(documents)


def test_files_that_name_no_table_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "fields.yaml").write_text("leader.name: {type: text}\n", encoding="utf-8")
    (tmp_path / "degrees.yaml").write_text(yaml.safe_dump({"table": "x"}), encoding="utf-8")
    assert read_documents(tmp_path) == {"degrees.yaml": {"table": "x"}}


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("table: [", encoding="utf-8")
    with pytest.raises(NationalError, match=r"bad\.yaml：不是有效的YAML"):
        load_national(tmp_path)


def test_a_document_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(NationalError, match=r"x\.yaml"):
        build_national({"x.yaml": ["table"]})


def test_entries_are_frozen() -> None:
    assert isinstance(NATIONAL, National)
    item: Any = CodeItem("1", "甲")
    with pytest.raises(AttributeError):
        item.label = "乙"
