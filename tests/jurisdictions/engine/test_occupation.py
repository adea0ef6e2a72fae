"""Occupations: the key that guards uniqueness, the look-alike test for people."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurisdictions.engine.national import load_national
from jurisdictions.engine.occupation import drop_labels, look_alike, normalise_occupation

SYNONYMS = load_national(Path(__file__).parents[3] / "fixtures" / "national").occupation_synonyms
TEXTS = st.text(st.sampled_from("车工焊数控职业种（）(): 技师二级ＣNc·-/"), max_size=12)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("车工", "车工"),
        (" 车 工 ", "车工"),
        ("车工（工种）", "车工"),
        ("车工(工种)", "车工"),
        ("车工工种", "车工"),
        ("职业（工种）：数控车工", "数控车工"),
        ("职业/工种：数控车工", "数控车工"),
        ("工种：焊工", "焊工"),
        ("焊工（工种：电焊工）", "焊工电焊工"),
        ("焊工（电焊工）", "焊工电焊工"),
        ("焊工-电焊工", "焊工电焊工"),
        ("ＣＮＣ操作工", "cnc操作工"),
        ("3D 打印操作员", "3d打印操作员"),
        ("漆艺·髹饰", "漆艺髹饰"),
        ("", ""),
        ("——", ""),
    ],
)
def test_spelling_differences_vanish_from_the_key(text: str, key: str) -> None:
    assert normalise_occupation(text) == key


@given(st.one_of(TEXTS, st.text(max_size=20)))
def test_the_key_of_a_key_is_itself(text: str) -> None:
    key = normalise_occupation(text)
    assert normalise_occupation(key) == key


@given(TEXTS)
def test_blanks_never_change_the_key(text: str) -> None:
    assert normalise_occupation(" ".join(text)) == normalise_occupation(text)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("车工", "车工（工种）"),
        ("车工", "数控车工"),
        ("电焊工", "焊工"),
        ("车工（数控）", "数控车工"),
        ("汽车维修工", "汽车修理工"),
        ("车工高级技师", "车工（二级/技师）"),
        ("车工三级", "车工"),
        ("汽车维修技师", "汽车维修工"),
        ("数控车床操作工", "数控车工"),
        ("中式烹调师", "中式烹调"),
    ],
)
def test_likely_the_same_occupation_goes_to_a_person(one: str, two: str) -> None:
    assert look_alike(one, two) is True


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("车工", "钳工"),
        ("电工", "焊工"),
        ("美发师", "美容师"),
        ("数控车工", "数控铣工"),
        ("茶艺师", "刺绣工"),
        ("厨师", "中式烹调师"),
        ("", ""),
        ("车工", ""),
    ],
)
def test_different_occupations_raise_no_question(one: str, two: str) -> None:
    assert look_alike(one, two) is False


def test_known_synonyms_are_alike() -> None:
    assert look_alike("厨师", "中式烹调师", SYNONYMS) is True
    assert look_alike("装裱师", "书画修复师", SYNONYMS) is True
    assert look_alike("厨师", "刺绣工", SYNONYMS) is False


@given(TEXTS, TEXTS)
def test_likeness_goes_both_ways(one: str, two: str) -> None:
    assert look_alike(one, two) is look_alike(two, one)


@given(TEXTS)
def test_whatever_has_a_key_is_like_itself(text: str) -> None:
    assert look_alike(text, text) is bool(normalise_occupation(text))


def test_only_printed_labels_are_dropped() -> None:
    assert drop_labels("焊工（工种）（电焊工）") == "焊工（电焊工）"
