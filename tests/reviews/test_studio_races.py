"""Two lists with filings on the same studios, decided or told at once. Needs PostgreSQL."""

import uuid
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from applications.domain import drafts, lifecycle, procedures, submission
from applications.domain.effects import DecisionContext
from applications.models import Studio
from jurisdictions.domain.publish import publish
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.national import load_national
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.models import Round, Ruleset
from reviews.domain import gathering, releasing
from reviews.domain.stages import SIGN, take_action
from reviews.models import Case, List, StageRun
from tests.applications.factories import FIXTURES, applicant, submit
from tests.applications.test_office_procedure import DAY, LANTERN, LEADER, fill
from tests.assessments.factories import id_number
from tests.races import ROUNDS, all_at_once
from tests.reviews import factories as make
from tests.reviews.standing import fresh

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
#: Two procedures of an office on one studio, each of which decides all that wait together.
BOTH = ("revoke", "warn")
UNTOLD = "工作室“{}”另有一项决定尚未告知单位"


@pytest.fixture(autouse=True)
def _real_database() -> None:
    if connection.vendor != "postgresql":
        pytest.fail("contests are decided on PostgreSQL: set DATABASE_URL")


def gathering_lantern() -> Ruleset:
    """The made-up city, where what is decided on studios is gathered on one list."""
    document = read_source(LANTERN).document
    shape = document["procedures"]["revoke"]
    *checks, decision = shape["workflow"]["stages"]
    stages = [*checks, {**decision, "gathers": True}]
    for code in BOTH:
        document["procedures"][code] = {**shape, "workflow": {"stages": stages}}
    return publish(
        document, {"articles": [], "clauses": []},
        catalogue=load_yaml((FIXTURES / "national" / "fields.yaml").read_text("utf-8")),
        national=load_national(FIXTURES / "national"), source_files=None, parent=None, by=None,
    )  # fmt: skip


def named(call: Round, number: int) -> Studio:
    """A studio of a unit of its own."""
    unit, user = applicant(f"示例{number}号有限公司")
    application = drafts.start(call, unit, by=user)
    own = {"leader.name": f"示例领办{'零一二'[number]}",
           "leader.id_number": id_number(f"650102197510203{number}1")}  # fmt: skip
    fill(application, user, {**LEADER, **own})
    submit(application)
    context = DecisionContext(on=DAY, document_number="灯人社〔2026〕3号")
    lifecycle.decide(application, "named", context=context)
    return Studio.objects.get(founding_application=application)


def listed(city: make.City, procedure: str, studios: list[Studio]) -> List:
    """A procedure on each of these studios, on one list in this order, before its decision."""
    office = city.office("inspectors")
    clerk = city.person(office)
    cases = []
    for studio in studios:
        filing = procedures.open_on_studio(studio, procedure, by=clerk, office=office)
        fill(filing, clerk, {"studio.plan": "事由和证据"})
        submission.submit(filing, by=clerk, idempotency_key=uuid.uuid4())
        for _ in range(2):
            make.pass_check(city, make.run_of(Case.objects.get(application=filing)))
        cases.append(Case.objects.get(application=filing))
    return gathering.gather(cases[0], by=city.person(cases[0].office))


def warn(city: make.City, run: StageRun, *, keep: bool = False) -> None:
    """Everybody on the list is warned, undone at once unless it is to stay."""
    said = {str(item.pk): {"result": "warned"} for item in run.listing.items.all()}
    today = timezone.localdate().isoformat()
    data = {"document_number": "灯人社发〔2026〕9号", "decided_on": today, "items": said}
    with transaction.atomic():
        take_action(run, SIGN, by=city.person(run.office), version=run.version, outcome="pass",
                    opinion="同意。", data=data)  # fmt: skip
        transaction.set_rollback(not keep)


def tell(city: make.City, listing: List) -> None:
    """All letters of a list are sent, undone at once."""
    with transaction.atomic():
        releasing.release_list(listing, by=city.admin)
        transaction.set_rollback(True)


def test_two_lists_on_the_same_studios_are_decided_and_told_one_after_the_other() -> None:
    city = make.staffed(gathering_lantern())
    one, other = named(city.round, 1), named(city.round, 2)
    lists = [listed(city, "revoke", [one, other]), listed(city, "warn", [other, one])]
    orders = [[item.case.application.studio_id for item in row.items.order_by("position")]
              for row in lists]  # fmt: skip
    assert orders == [[one.pk, other.pk], [other.pk, one.pk]]
    runs = [fresh(make.list_run(row)) for row in lists]
    for _ in range(ROUNDS):
        assert all_at_once([partial(warn, city, run) for run in runs]) == [None, None]
    # One who tells what was kept back and one who decides wait for each other in turn as well.
    releasing.choose_kinds(city.jurisdiction, ["result"], by=city.admin)
    warn(city, runs[0], keep=True)
    for _ in range(ROUNDS // 4):
        told, refused = all_at_once([partial(tell, city, lists[0]), partial(warn, city, runs[1])])
        assert (told, str(refused).partition("，")[0]) == (None, UNTOLD.format(other.name))
