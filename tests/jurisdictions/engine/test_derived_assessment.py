"""Procedures worked out of assessments: sound in every city, with the grades of the text."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jurisdictions.engine.check import check_policy
from jurisdictions.engine.derived import assessment as derived
from jurisdictions.engine.derived import part_of, selfscore
from jurisdictions.engine.facts import Filing, build_facts
from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.engine.scoring import score
from jurisdictions.engine.walk import entries
from jurisdictions.schema.scoring import Judged
from tests.jurisdictions.engine.places import CITIES

RESULTS = {
    "yuzhong": {"assess_biennial": ["合格（优秀奖）", "合格", "不合格"],
                "mend_biennial": ["整改合格", "整改后仍不合格，取消工作室资格及待遇"]},
    "urumqi": {"assess_final": ["优秀", "合格", "不合格"], "assess_yearly": ["已评估"]},
    "chaoyang": {"assess_biennial": ["优秀", "合格", "不合格"],
                 "mend_biennial": ["整改合格", "整改后仍不合格，取消工作室称号"]},
    "rongchang": {"assess_biennial": ["优秀", "良好", "合格", "不合格"],
                  "mend_biennial": ["整改合格", "整改后仍不合格，取消命名"]},
    "ziyang": {"assess_acceptance": ["合格", "不合格"],
               "mend_acceptance": ["整改合格", "整改后仍不合格，取消市级工作室资格"]},
}  # fmt: skip
STAGES = {
    "yuzhong": ["check", "panel", "shortlist", "decision"],
    "urumqi": ["check", "panel", "shortlist", "decision"],
    "chaoyang": ["check", "panel", "shortlist", "decision"],
    "rongchang": ["check", "panel", "shortlist", "decision"],
    "ziyang": ["check", "panel", "shortlist", "decision", "filing"],
}
LONG = {"yuzhong": "assess_biennial", "urumqi": "assess_final", "chaoyang": "assess_biennial",
        "rongchang": "assess_biennial", "ziyang": "assess_acceptance"}  # fmt: skip


def policy_of(code: str) -> Policy:
    return load_policy(Path("fixtures") / f"{code}.yaml")[0]


@pytest.mark.parametrize("code", CITIES)
def test_every_worked_out_procedure_passes_the_checks_and_gives_the_grades(code: str) -> None:
    policy = policy_of(code)
    assert check_policy(policy) == []
    found = {
        name: sorted(result.label for result in shape.results.values())
        for name, shape in derived.procedures(policy.ruleset).items()
    }
    assert found == {name: sorted(labels) for name, labels in RESULTS[code].items()}


@pytest.mark.parametrize("code", CITIES)
def test_the_road_is_check_scores_grades_decision_and_filing_where_the_text_asks(
    code: str,
) -> None:
    stages = policy_of(code).stages(LONG[code])
    assert [stage.kind for stage in stages] == STAGES[code]
    assert [stage.gathers for stage in stages[:3]] == [False, False, True]
    announced = next(stage for stage in stages if stage.kind == "decision").announcement
    assert (announced is not None) == (code == "chaoyang")


@pytest.mark.parametrize("code", CITIES)
def test_every_clause_of_an_assessment_is_carried_by_its_procedure(code: str) -> None:
    policy = policy_of(code)
    shapes = derived.procedures(policy.ruleset)
    for name, item in policy.ruleset.assessments.items():
        mine = [shapes[key] for key in (f"assess_{name}", f"mend_{name}") if key in shapes]
        carried = {clause for shape in mine for _, entry in entries(shape)
                   for clause in entry.clause}  # fmt: skip
        # When it falls due is the clock's; all else is the procedure's.
        asked = {clause for path, entry in entries(item) if path[:1] != ("cycle",)
                 for clause in entry.clause}  # fmt: skip
        assert asked - carried == set()


def test_every_line_is_asked_in_the_shape_of_its_kind_with_evidence_and_an_upload() -> None:
    policy = policy_of("urumqi")
    table = policy.ruleset.score_tables["annex2"]
    catalogue, shape = policy.catalogue.fields, policy.procedure("assess_final")
    asked = {use.field for section in shape.form.sections for use in section.fields}
    assert [section.title for section in shape.form.sections] == [g.title for g in table.groups]
    kinds = {
        "score.annex2_organisation": "decimal", "score.annex2_yearly_plan": "yes_no",
        "score.annex2_matching": "decimal", "score.annex2_apprentice_plan.roster": "yes_no",
        "score.annex2_technicians.technician": "integer", "evidence.annex2_matching": "long_text",
    }  # fmt: skip
    assert {path: catalogue[path].type for path in kinds} == kinds
    assert set(kinds) - asked == set()
    assert {m.id for m in shape.materials} == {
        f"evidence_{item.id}" for _, item in selfscore.items(table)
    }


def test_a_self_score_is_worked_out_by_the_same_table_as_the_verified_one() -> None:
    policy = policy_of("urumqi")
    table = policy.ruleset.score_tables["annex2"]
    answers = {
        "score.annex2_matching": "7.5", "score.annex2_yearly_plan": True,
        "score.annex2_apprentice_plan.plan": True, "score.annex2_apprentice_plan.roster": False,
        "score.annex2_technicians.technician": 3, "score.annex2_organisation": "1.5",
    }  # fmt: skip
    typed = build_facts(policy, "assess_final", Filing(answers, date(2026, 3, 1))).typed
    worked = score(table, selfscore.lines_of("annex2", table, typed))
    points = {line.id: line.points for group in worked.groups for line in group.lines
              if line.points is not None}  # fmt: skip
    assert points == {
        "matching": Decimal(14), "yearly_plan": Decimal(2), "apprentice_plan": Decimal(1),
        "technicians": Decimal("1.5"), "organisation": Decimal("1.5"),
    }  # fmt: skip


def test_a_judged_line_cannot_be_given_more_than_it_has() -> None:
    policy = policy_of("yuzhong")
    table = policy.ruleset.score_tables["biennial"]
    for _, item in selfscore.items(table):
        if isinstance(item, Judged):
            field = policy.catalogue.fields[selfscore.line_path("biennial", item.id)]
            assert field.maximum == float(item.max)


def test_a_newer_version_takes_worked_out_procedures_over_by_their_part() -> None:
    assert [part_of(code) for code in ("assess_final", "mend_biennial", "establish")] == [
        "assessments", "assessments", "",
    ]  # fmt: skip


def test_a_grading_outside_its_assessment_is_told() -> None:
    policy = policy_of("rongchang")
    shape = policy.procedure("assess_biennial")
    stray = {**policy.procedures, "look": shape}
    object.__setattr__(policy, "procedures", stray)
    found = [str(problem) for problem in check_policy(policy)]
    assert [text for text in found if "不是考核 biennial 的事项" in text] == found
    assert len(found) == 2
