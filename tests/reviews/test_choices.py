"""A decision that may give each item one of several results, here or from signed paper."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.domain import procedures, submission
from applications.models import Application, Studio
from assessments.models import Obligation
from portal.common.errors import DomainError
from reviews.domain.work import outcome_label
from reviews.models import Case, List
from tests.applications.test_office_procedure import fill, named_studio, publish_lantern
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def today() -> dt.date:
    """Today."""
    return timezone.localdate()


def at_the_decision() -> tuple[make.City, Application, List]:
    """A revocation of the made-up city whose decision is to be signed."""
    city = make.staffed(publish_lantern())
    studio, _ = named_studio(city.round)
    office = city.office("inspectors")
    clerk = city.person(office)
    case = procedures.open_on_studio(studio, "revoke", by=clerk, office=office)
    fill(case, clerk, {"studio.plan": "事由和证据"})
    submission.submit(case, by=clerk, idempotency_key=uuid.uuid4())
    for _ in range(2):
        make.pass_check(city, make.run_of(Case.objects.get(application=case)))
    return city, case, List.objects.get(items__case__application=case)


def act(city: make.City, listing: List, **posted: Any) -> Any:
    """The handler signs the page of the list."""
    run = make.list_run(listing)
    client = Client()
    client.force_login(city.person(run.office),
                       backend="portal.accounts.backends.LoginBackend")  # fmt: skip
    data = {"version": run.version, "action": "sign", "opinion": "同意。",
            "document_number": "灯人社发〔2026〕9号", "decided_on": today().isoformat(),
            **posted}  # fmt: skip
    return client.post(reverse("reviews:list-act", args=[listing.public_id]), data)


def said(listing: List, result: str, **more: str) -> dict[str, str]:
    """What the page posts about its one item."""
    key = listing.items.get().pk
    return {f"result-{key}": result, f"text-{key}": "理由如下。",
            **{f"{name}-{key}": value for name, value in more.items()}}  # fmt: skip


def test_each_choice_goes_by_the_label_of_its_result() -> None:
    city, _, listing = at_the_decision()
    run = make.list_run(listing)
    stage = make.stage_shape(city, run)
    policy = make.policy_of(city.ruleset)
    labels = [outcome_label(policy, "revoke", stage, name) for name in ("pass", "warned")]
    assert labels == ["撤销", "警告"]


def test_another_result_than_the_first_is_given_on_the_page() -> None:
    city, case, listing = at_the_decision()
    assert act(city, listing, **said(listing, "warned")).status_code == 302
    case.refresh_from_db()
    assert case.result == "warned"
    assert Studio.objects.get().ended_on is None


def select_of(answer: Any, listing: List) -> str:
    """What stands in the cell where the result of the one item is chosen."""
    html: str = answer.content.decode()
    start = html.index('data-th="结果"')
    assert f'id="result-{listing.items.get().pk}"' in html[start:]
    return html[start : html.index("</select>", start)]


def test_the_page_opens_with_no_result_chosen() -> None:
    city, _, listing = at_the_decision()
    by = Client()
    by.force_login(city.person(make.list_run(listing).office),
                   backend="portal.accounts.backends.LoginBackend")  # fmt: skip
    select = select_of(by.get(reverse("reviews:list", args=[listing.public_id])), listing)
    assert '<option value="">请选择</option>' in select
    assert "selected" not in select


def test_an_empty_choice_is_refused_beside_the_field_and_what_was_typed_stays() -> None:
    city, case, listing = at_the_decision()
    answer = act(city, listing, **said(listing, ""))
    assert answer.status_code == 422
    select, key = select_of(answer, listing), listing.items.get().pk
    assert f'id="result-{key}-e"' in select
    assert "请选择办理结果，系统不预先选定。" in select
    assert f'aria-describedby="result-{key}-e"' in select
    shown = answer.content.decode()
    assert (shown.count('value="理由如下。"'), shown.count('value="灯人社发〔2026〕9号"')) == (1, 1)
    case.refresh_from_db()
    assert case.status == "submitted"


def test_a_decision_that_says_nothing_of_an_item_is_refused_too() -> None:
    city, case, listing = at_the_decision()
    assert act(city, listing, outcome="pass").status_code == 422
    case.refresh_from_db()
    assert case.status == "submitted"


def test_a_refusal_of_a_result_says_so_in_its_own_cell() -> None:
    city, _, listing = at_the_decision()
    key = listing.items.get().pk
    answer = act(city, listing, **{f"result-{key}": "refuse", f"text-{key}": ""})
    assert answer.status_code == 422
    cell = answer.content.decode().partition('data-th="理由"')[2].partition("</td>")[0]
    assert (f'id="text-{key}-e"' in cell, "请写明理由" in cell) == (True, True)


def test_a_result_the_stage_does_not_know_is_refused() -> None:
    city, case, listing = at_the_decision()
    assert act(city, listing, **said(listing, "named")).status_code == 422
    case.refresh_from_db()
    assert case.status == "submitted"


def test_a_result_with_a_day_asks_for_a_later_one_and_keeps_it() -> None:
    city, case, listing = at_the_decision()
    assert act(city, listing, **said(listing, "mending")).status_code == 422
    early = today().isoformat()
    assert act(city, listing, **said(listing, "mending", until=early)).status_code == 422
    until = today() + dt.timedelta(days=30)
    answer = act(city, listing, **said(listing, "mending", until=until.isoformat()))
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.result == "mending"
    assert Obligation.objects.get(item="mending").due_on == until


def test_the_signed_paper_gives_each_item_its_result_too() -> None:
    city, case, listing = at_the_decision()
    key = str(listing.items.get().pk)
    make.from_paper(city, make.list_run(listing), outcome="pass",
                    items={key: {"result": "warned", "text": ""}})  # fmt: skip
    case.refresh_from_db()
    assert case.result == "warned"


def test_a_paper_with_an_unknown_result_is_refused() -> None:
    city, _, listing = at_the_decision()
    key = str(listing.items.get().pk)
    with pytest.raises(DomainError, match="没有这种结果"):
        make.from_paper(city, make.list_run(listing), outcome="pass",
                        items={key: {"result": "named", "text": ""}})  # fmt: skip
