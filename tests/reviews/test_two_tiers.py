"""Two tiers recommend, each office with a table of its own: departments, then districts."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from applications.domain import drafts
from applications.interfaces.samples import fill
from applications.models import Application, Studio
from jurisdictions.domain.offices import appoint, bind, save_office, unbind
from jurisdictions.domain.publish import publish
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.national import load_national
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.models import OfficeBinding
from portal.common.errors import DomainError
from reviews.domain import gathering
from reviews.models import Case, RollUp
from reviews.queries import visible_cases
from tests.applications.factories import FIXTURES, applicant, submit
from tests.factories import make_user
from tests.reviews import factories as make
from tests.reviews import lagoon as there

pytestmark = pytest.mark.django_db
ATOLL = Path(__file__).resolve().parents[1] / "data" / "atoll.yaml"
#: Department and district of each filing.
FILED = (("工信局", "东礁区"), ("教育局", "东礁区"), ("工信局", "西礁区"))


def second_office(city: make.City, role: str, first: str, other: str) -> None:
    """The office of a role covers one share; another office of its own the other."""
    row = OfficeBinding.objects.get(role=role, office__jurisdiction=city.jurisdiction)
    unbind(row, by=city.admin)
    bind(row.office, role, covers=first, by=city.admin)
    office = save_office(city.jurisdiction, code=f"{role}-2", name=other, phone="010-00000000",
                         by=city.admin)  # fmt: skip
    bind(office, role, covers=other, by=city.admin)
    for post in make.POSTS:
        user = make_user(f"{role}2.{post}@example.gov.cn", name=f"{other}{post}")
        appoint(user, office, post, by=city.admin, reason="分工安排")
        city.people[office.pk, post] = user


@pytest.fixture
def city() -> make.City:
    ruleset = publish(
        read_source(ATOLL).document, {"articles": [], "clauses": []},
        catalogue=load_yaml((FIXTURES / "national" / "fields.yaml").read_text("utf-8")),
        national=load_national(FIXTURES / "national"), source_files=None, parent=None, by=None,
    )  # fmt: skip
    found = make.staffed(ruleset)
    second_office(found, "department", "工信局", "教育局")
    second_office(found, "county", "东礁区", "西礁区")
    return found


def filed(city: make.City, serial: int) -> Case:
    unit, user = applicant(f"示例单位{serial}")
    application = drafts.start(city.round, unit, by=user)
    department, district = FILED[serial]
    answers = {
        "unit": {"name": unit.name, "uscc": unit.uscc, "district": district,
                 "department": department},
        "leader": {"name": f"示例人{'甲乙丙'[serial]}", "sex": "男", "occupation": "焊工",
                   "id_number": make.id_number(serial + 40)},
    }  # fmt: skip
    fill(application, {"answers": answers}, by=user)
    submit(Application.objects.get(pk=application.pk))
    return Case.objects.get(application=application)


def rows(title: str) -> list[list[str]]:
    """Which filings stand on each table of a tier, by number."""
    tables = RollUp.objects.filter(title__endswith=title).order_by("pk")
    return [[row[0] for row in table.rows] for table in tables]


def up(city: make.City, cases: list[Case], tables: list[Case]) -> None:
    """Everything is proposed, the offices of some of them sign a table each, all goes up."""
    for case in cases:
        there.propose(city, case)
    with pytest.raises(DomainError, match="还没有列入签署的"):
        make.pass_check(city, make.run_of(cases[0]))
    for case in tables:
        there.sign_table(city, case)
    for case in cases:
        make.pass_check(city, make.run_of(case))


def test_each_tier_signs_a_table_per_office_before_anything_goes_up(city: make.City) -> None:
    cases = [filed(city, serial) for serial in range(3)]
    one, two, three = (case.application.number for case in cases)
    up(city, cases, [cases[0], cases[1]])
    assert rows("部门推荐汇总表") == [[one, three], [two]]
    assert {make.run_of(case).stage for case in cases} == {"second"}
    east, west = (city.person(make.run_of(case).office) for case in (cases[0], cases[2]))

    def seen(user: Any) -> set[int]:
        return set(visible_cases(user).values_list("pk", flat=True))

    assert (seen(east), seen(west)) == ({cases[0].pk, cases[1].pk}, {cases[2].pk})
    up(city, cases, [cases[0], cases[2]])
    assert rows("区县推荐汇总表") == [[one, two], [three]]
    bureau = city.office("bureau")
    listing = gathering.create_list(city.round, by=city.person(bureau))
    assert [item.case_id for item in listing.items.order_by("position")] == [c.pk for c in cases]
    make.sign_all(city, make.list_run(listing), outcome="pass", data={
        "document_number": "环人社发〔2026〕1号",
        "decided_on": timezone.localdate().isoformat()})  # fmt: skip
    assert Studio.objects.count() == 3
