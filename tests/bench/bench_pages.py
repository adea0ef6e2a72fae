"""Pages that people wait for: as many queries at 10,000 filings as at 100; autosave beside one
bare INSERT."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.domain import drafts
from applications.models import Application
from jurisdictions.queries import policy_of
from portal.accounts.models import User
from reviews.models import Case, StageRun
from reviews.queries import open_run_of
from tests.applications.factories import applicant
from tests.bench.measure import ratio, report
from tests.reviews.factories import City, make_city, submitted

CITY = "urumqi"
FEW, MANY = 100, 10_000


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.LoginBackend")
    return client


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def _multiply(city: City, case: Case, wanted: int) -> None:
    """Copies of one filing with its case and open stage, written in bulk."""
    run = open_run_of(case)
    assert run is not None
    have = Application.objects.filter(jurisdiction=city.jurisdiction).count()
    rows = [_copy(case.application, number=f"B-{n:06d}") for n in range(have, wanted)]
    made = Application.objects.bulk_create(rows, batch_size=1000)
    cases = Case.objects.bulk_create(
        [_copy(case, application=row) for row in made], batch_size=1000
    )
    StageRun.objects.bulk_create([_copy(run, case=one) for one in cases], batch_size=1000)


def _copy(row: Any, **changes: Any) -> Any:
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in ("id", "public_id")
    }
    made = type(row)(**fields)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


@pytest.mark.django_db
def test_the_worklist_asks_the_database_as_often_at_10_000_filings_as_at_100(
    settings: Any,
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    city = make_city(CITY)
    case = submitted(city)
    assert case.office is not None
    client = _client(city.person(case.office))
    _multiply(city, case, FEW)
    few = _queries(client, "/review/")
    _multiply(city, case, MANY)
    many = _queries(client, "/review/")
    report(f"待我办理：{MANY} 件 / {FEW} 件的查询次数（{many} / {few}）", many / few, 1.0)
    admin = _client(city.admin)
    listed = _queries(admin, "/manage/applications/")
    report("申报管理列表的查询次数", listed, 25)


@pytest.mark.django_db
def test_the_task_list_asks_as_often_whatever_else_is_filed(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    city = make_city(CITY)
    case = submitted(city)
    unit, user = applicant()
    draft = drafts.start(city.round, unit, by=user)
    client = _client(user)
    address = f"/apply/{draft.public_id}/"
    few = _queries(client, address)
    _multiply(city, case, MANY)
    many = _queries(client, address)
    report(f"填报内容：{MANY} 件 / 1 件的查询次数（{many} / {few}）", many / few, 1.0)


@pytest.mark.django_db
@pytest.mark.urls("tests.bench.urls")
def test_autosave_costs_a_few_bare_inserts() -> None:
    city = make_city(CITY)
    unit, user = applicant()
    draft = drafts.start(city.round, unit, by=user)
    client = _client(user)
    policy = policy_of(draft.ruleset)
    section = policy.procedure("establish").form.sections[-1]
    address = f"/apply/{draft.public_id}/s/{section.id}/autosave"
    field = section.fields[0].field
    state = {"version": 0}

    def save() -> None:
        answer = client.post(address, {"version": state["version"], field: "示例" * 40})
        assert answer.status_code == 200, answer.content
        state["version"] = answer.json()["version"]

    def bare() -> None:
        assert client.post("/bench/bare/").status_code == 200

    report("自动保存 / 只写一行的空视图", ratio(save, bare, rounds=40), 4)
