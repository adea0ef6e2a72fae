"""Faults of weighed scores and of quotas, told with file, line and hint."""

import copy
from pathlib import Path
from typing import Any

import pytest
from yaml import safe_dump

from jurisdictions.engine.check import check_policy
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.policy import load_policy
from jurisdictions.schema.stages.publicity import NOTICE_COLUMNS
from tests.jurisdictions.engine.places import ROOT, Change, setting

LAGOON = ROOT / "tests" / "data" / "lagoon.yaml"
ROAD = "procedures.establish"
WEIGHED = f"{ROAD}.workflow.stages.2.weighs.earlier.0.stage"
FLOATS = f"{ROAD}.rounds.quota.0.floating"


def told(change: Change, tmp_path: Path, place: Path = LAGOON) -> list[str]:
    """Faults of a place after a change, as an author reads them; the file is written anew."""
    document = copy.deepcopy(read_source(place).document)
    change(document)
    file = tmp_path / place.name
    file.write_text(safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    policy, source = load_policy(file)
    return [str(problem) for problem in check_policy(policy, source)]


def test_lagoon_has_no_fault(tmp_path: Path) -> None:
    assert told(lambda document: None, tmp_path) == []


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (WEIGHED, "defence", "defence 不是此前的环节（核对 workflow.stages）"),
        (WEIGHED, "letter",
         "环节 letter 不是逐件评分的环节（该环节写 score_table，scope 用 case）"),
        (f"{ROAD}.workflow.stages.1.when", "unit.nature == '企业'",
         "环节 review 有适用条件，略过的件没有得分（去掉该环节的 when）"),
        (f"{FLOATS}.passed", "nowhere", "没有环节 nowhere（核对 workflow.stages）"),
        (f"{FLOATS}.passed", "choice",
         "环节 choice 不是每件都经过的逐件环节（换一个没有 when 的逐件环节）"),
        (f"{ROAD}.workflow.stages.0.rollup.fields.0", "leader.nothing",
         "没有字段 leader.nothing（见 fields.yaml）"),
        (f"{ROAD}.workflow.stages.0.rollup.fields.0", "leader.id_number",
         "字段 leader.id_number 是密封值，不能列入汇总表（换一个字段）"),
        (f"{ROAD}.rounds.quota.1.result", "gold", "results 中没有 gold（补上 results）"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(place: str, value: Any, says: str, tmp_path: Path) -> None:
    (fault,) = told(setting(place, value), tmp_path)
    assert fault.startswith("lagoon.yaml:")
    assert fault.endswith(says)


@pytest.mark.parametrize(
    ("columns", "number", "says"),
    [
        (["unit_name", "leader.name"], 1,
         f"公示不能列出 leader.name（可用 {'、'.join(NOTICE_COLUMNS)}）"),
        (["unit_name", "district", "unit_name"], 2, "公示重复列出 unit_name（去掉重复的一列）"),
    ],
)  # fmt: skip
def test_a_notice_names_columns_that_may_be_public(
    columns: list[str], number: int, says: str, tmp_path: Path
) -> None:
    lantern = ROOT / "tests" / "data" / "lantern.yaml"
    notice = next(
        index for index, stage in enumerate(
            read_source(lantern).document["procedures"]["establish"]["workflow"]["stages"]
        ) if stage["kind"] == "publicity"
    )  # fmt: skip
    place = f"{ROAD}.workflow.stages.{notice}.columns"
    assert told(setting(place, ["unit_name", "district"]), tmp_path, lantern) == []
    (fault,) = told(setting(place, columns), tmp_path, lantern)
    assert fault.startswith("lantern.yaml:")
    assert f"{place}.{number}" in fault
    assert fault.endswith(says)


def test_what_is_weighed_has_the_same_full_marks(tmp_path: Path) -> None:
    def change(document: dict[str, Any]) -> None:
        other = copy.deepcopy(document["score_tables"]["merits"])
        other["total"] = other["groups"][0]["max"] = 50
        other["groups"][0]["items"] = [{"id": "c", "kind": "judged", "text": "技艺", "max": 50}]
        other["grades"] = []
        document["score_tables"]["half"] = other
        document["procedures"]["establish"]["workflow"]["stages"][1]["score_table"] = "half"

    (fault,) = told(change, tmp_path)
    assert fault.endswith("环节 review 评分表的满分与本环节不同（两个评分表用同一满分）")
