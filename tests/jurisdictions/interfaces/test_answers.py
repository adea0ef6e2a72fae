"""Files of answers: nested or dotted, one flat tree."""

from pathlib import Path

import pytest

from jurisdictions.interfaces.answers import (
    AnswersError,
    load_answers,
    split_sealed,
    unknown_answers,
)
from tests.jurisdictions.interfaces.sheets import policy_of


def test_nested_and_dotted_names_give_the_same_tree() -> None:
    nested = {"leader": {"name": "甲", "conditions": ["一", "二"]}, "team": [{"name": "乙"}]}
    dotted = {"leader.name": "甲", "leader.conditions": ["一", "二"], "team": [{"name": "乙"}]}
    assert load_answers(nested) == load_answers(dotted) == dotted


def test_what_stands_below_answers_is_read_alone() -> None:
    assert load_answers({"ref_date": "2026-07-31", "answers": {"unit.name": "某公司"}}) == {
        "unit.name": "某公司"
    }


def test_a_file_keeps_days_and_leading_zeros_as_text(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(
        "unit: {postcode: 010000}\n"
        "leader.birth_date: 1975-05-20\n"
        "leader.work_start: 1995-07\n"
        "studio.area: 86.5\n"
        "leader.months_in_studio: 10\n"
        "leader.healthy: true\n"
        "leader.id_number: 500103197505201110\n",
        encoding="utf-8",
    )
    assert load_answers(file) == {
        "unit.postcode": "010000",
        "leader.birth_date": "1975-05-20",
        "leader.work_start": "1995-07",
        "studio.area": 86.5,
        "leader.months_in_studio": 10,
        "leader.healthy": True,
        "leader.id_number": 500103197505201110,
    }


def test_a_sealed_answer_is_one_value_and_not_a_branch() -> None:
    sealed = {"sealed": "token", "shown": "5001**********1110"}
    assert load_answers({"leader": {"id_number": sealed}}) == {"leader.id_number": sealed}


def test_the_same_thing_said_twice_is_an_error() -> None:
    with pytest.raises(AnswersError, match=r"leader\.name 写了两次"):
        load_answers({"leader": {"name": "甲"}, "leader.name": "乙"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- 1\n- 2\n", "须是键值表"),
        ("a: [1\n", "不是有效的 YAML"),
        ("team: [{name: 甲}, 乙]", "每一行"),
    ],
)
def test_what_is_no_tree_of_answers_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AnswersError, match=message):
        load_answers(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnswersError, match=r"读不到文件 .*none\.yaml"):
        load_answers(tmp_path / "none.yaml")


def test_unknown_names_are_listed_with_the_likely_one() -> None:
    catalogue = policy_of("yuzhong").catalogue
    answers = {"leader.nmae": "甲", "team": [{"name": "乙", "agee": 3, "row_id": "1"}]}
    assert unknown_answers(catalogue, answers) == [
        "字段目录中没有 leader.nmae，是否为 leader.name？",
        "字段目录中没有 team.agee，是否为 team.age？",
    ]


def test_plain_sealed_values_are_found_in_scalars_and_rows() -> None:
    answers = {
        "leader.name": "甲",
        "leader.id_number": 500103197505201110,
        "unit.bank_account": "",
        "team": [{"name": "乙"}, {"name": "丙", "id_number": "110105198003070017"}],
    }
    assert split_sealed(policy_of("yuzhong").catalogue, answers) == (
        answers,
        {"leader.id_number": "500103197505201110", "team.1.id_number": "110105198003070017"},
    )
