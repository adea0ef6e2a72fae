"""呈批表, and the letter and page of a refusal."""

from typing import Any

import pytest
from django.test import Client

from reviews.domain import signoff
from reviews.domain.letters import letter_html
from reviews.models import Case, Letter, StageRun
from tests.reviews import factories as make
from tests.reviews.standing import list_at

pytestmark = pytest.mark.django_db
APPEAL = "对结果有异议的，可自收到通知之日起向市人力资源和社会保障局书面申请复核。"


def proposed(city: make.City, run: StageRun) -> None:
    from reviews.domain.stages import SIGN, take_action

    take_action(run, SIGN, by=city.person(run.office), version=run.version, outcome="pass",
                opinion="符合条件，拟予推荐。", verdicts=make.yes_to_all(city, run))  # fmt: skip


def test_the_sheet_has_facts_points_proposal_and_each_post(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    proposed(city, run)
    said = signoff.sheet(StageRun.objects.select_related("office").get(pk=run.pk))
    handler = city.person(run.office)
    assert said["title"] == "区（县）人社局初审推荐呈批表"
    assert dict(said["facts"])["申报编号"] == case.application.number
    assert (said["proposed"], said["opinion"]) == ("通过", "符合条件，拟予推荐。")
    points = [p for p in said["points"] if p["text"] == "在职在聘"]
    assert [(p["verdict"], bool(p["clause"])) for p in points] == [("符合", True)]
    assert [post["label"] for post in said["posts"]] == ["经办", "审核", "审批"]
    assert said["posts"][0]["rows"][0]["signer"] == str(handler)
    assert said["posts"][1]["rows"] == []


def test_it_is_printed_once_for_its_content_and_belongs_to_no_filing(
    city: make.City, case: Case
) -> None:
    run = make.run_of(case)
    first = signoff.paper_of(run)
    assert (signoff.paper_of(run), first.application, first.pages > 0) == (first, None, True)
    proposed(city, run)
    again = signoff.paper_of(StageRun.objects.select_related("office").get(pk=run.pk))
    assert again != first


def test_the_sheet_of_a_list_has_a_line_for_each_filing(db: None) -> None:
    city = make.make_city("urumqi", quota=5)
    cases = [make.submitted(city), make.another(city, 1)]
    run = list_at(city, cases, "publicity")
    said = signoff.sheet(run)
    assert [row["n"] for row in said["items"]] == [1, 2]
    assert dict(said["facts"])["名单"] == str(run.listing)
    assert signoff.paper_of(run).pages >= 1


def test_only_the_office_opens_it(city: make.City, case: Case, as_user: Any, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    run = make.run_of(case)
    address = f"/review/runs/{run.public_id}/sign-off.pdf"
    client: Client = as_user(city.person(run.office, "reviewer"))
    assert address in client.get(f"/review/{case.public_id}/").content.decode()
    assert address in client.get(f"/review/{case.public_id}/timeline/").content.decode()
    got = client.get(address)
    assert (got.status_code, got.headers["Content-Type"]) == (200, "application/pdf")
    assert b"".join(got.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]  # of a file answer
    assert as_user(case.application.created_by).get(address).status_code == 404
    admin = as_user(city.admin)
    assert admin.get(address).status_code == 404
    assert address not in admin.get(f"/review/{case.public_id}/").content.decode()


def refuse(city: make.City, case: Case) -> Letter:
    run = make.run_of(case)
    verdicts = make.yes_to_all(city, run) | {"eligible": ("no", "不属于八大产业集群")}
    make.sign_all(city, run, outcome="refuse", opinion="不符合申办条件。", verdicts=verdicts)
    return Letter.objects.get(case=case, kind="refusal")


def test_a_refusal_says_why_and_how_to_appeal_on_paper(city: make.City, case: Case) -> None:
    letter = refuse(city, case)
    text = letter_html(letter)
    for said in ("不符合申办条件。", "不属于八大产业集群", APPEAL):
        assert said in text
    assert letter.body["appeal"] == APPEAL


def test_the_unit_reads_reason_and_appeal_on_its_page(
    city: make.City, case: Case, as_user: Any
) -> None:
    refuse(city, case)
    unit: Client = as_user(case.application.created_by)
    page = unit.get(f"/apply/{case.application.public_id}/timeline/").content.decode()
    for said in ("办理结果", "不符合申办条件。", "“符合技能大师工作室申办条件”",
                 "经审核未符合：不属于八大产业集群",
                 "有异议怎么办", APPEAL):  # fmt: skip
        assert said in page


@pytest.mark.parametrize("code", make.CITIES)
def test_every_city_says_how_to_appeal(code: str) -> None:
    from tests.applications.factories import publish_city

    policy = make.policy_of(publish_city(code))
    silent = [
        f"{name}: {result}"
        for name, procedure in policy.procedures.items()
        for result, meaning in procedure.results.items()
        if not meaning.favourable and name == "establish" and not meaning.appeal
    ]
    assert silent == []
