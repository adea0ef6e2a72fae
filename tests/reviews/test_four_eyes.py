"""Who proposed does not approve; who belongs to the unit does not review its filing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Party
from jurisdictions.domain.offices import appoint, relieve
from portal.accounts.domain.members import end_membership
from portal.accounts.models import User
from portal.common.errors import DomainError
from reviews.domain import gathering, lists, nextpost
from reviews.domain.stages import SIGN, take_action
from reviews.models import Case, List, ListItem, Signature, StageRun
from reviews.permissions import can_enter_paper, can_sign
from tests.factories import make_enterprise, make_member
from tests.reviews import factories as make
from tests.reviews.standing import list_at

pytestmark = pytest.mark.django_db


def fresh(run: StageRun) -> StageRun:
    return StageRun.objects.select_related("office__jurisdiction").get(pk=run.pk)


def sign(city: make.City, run: StageRun, by: User) -> StageRun:
    run = fresh(run)
    proposal: dict[str, Any] = {}
    if run.waiting_for == "handler":
        proposal = {"outcome": "pass", "opinion": "符合条件。",
                    "verdicts": make.yes_to_all(city, run)}  # fmt: skip
    return take_action(run, SIGN, by=by, version=run.version, **proposal)


def move(city: make.City, person: User, office: Any, post: str) -> None:
    """A person changes from his present posts to another one."""
    for held in person.posts.filter(active_until=None):
        relieve(held, by=city.admin, reason="岗位调整")
    appoint(person, office, post, by=city.admin, reason="岗位调整")


def test_who_proposed_does_not_approve_after_a_change_of_role(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    handler, reviewer = (city.person(run.office, post) for post in ("handler", "reviewer"))
    sign(city, run, handler)
    sign(city, run, reviewer)
    # The only approver leaves, so nobody else is left at the post: that excuses nothing.
    relieve(city.person(run.office, "approver").posts.get(), by=city.admin, reason="岗位调整")
    move(city, handler, run.office, "approver")
    verdict = can_sign(handler, fresh(run))
    assert verdict.reason.startswith("您已在本环节签过其他岗位，请由另一位同岗人员签署")
    with pytest.raises(DomainError, match="签过其他岗位"):
        sign(city, run, handler)


def test_who_reviewed_does_not_propose_in_the_same_passage(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    reviewer = city.person(run.office, "reviewer")
    Signature.objects.create(run=run, post="reviewer", user=reviewer, agrees=True)
    move(city, reviewer, run.office, "handler")
    assert not can_sign(reviewer, fresh(run))


def test_who_recommended_does_not_approve_later_at_another_office(
    city: make.City, case: Case
) -> None:
    first = make.run_of(case)
    recommender = city.person(first.office, "approver")
    make.pass_check(city, first)
    later = make.run_of(case)
    assert later.office != first.office
    move(city, recommender, later.office, later.waiting_for)
    verdict = can_sign(recommender, fresh(later))
    assert verdict.reason.startswith(f"您已代表{first.office}签署过本件")


def test_who_approved_does_not_propose_later_and_the_reverse(city: make.City, case: Case) -> None:
    first = make.run_of(case)
    handler, approver = (city.person(first.office, post) for post in ("handler", "approver"))
    make.pass_check(city, first)
    later = make.run_of(case)
    StageRun.objects.filter(pk=later.pk).update(office=first.office, waiting_for="handler")
    move(city, approver, first.office, "handler")
    assert can_sign(approver, fresh(later)).reason.startswith("您已审批过本件")
    StageRun.objects.filter(pk=later.pk).update(waiting_for="approver")
    move(city, handler, first.office, "approver")
    assert can_sign(handler, fresh(later)).reason.startswith("您已提出过本件的办理意见")


def test_who_entered_a_passage_from_paper_has_proposed_and_approves_nothing_later(
    city: make.City, case: Case
) -> None:
    first = make.run_of(case)
    handler = city.person(first.office, "handler")
    make.from_paper(city, first)
    later = make.run_of(case)
    move(city, handler, later.office, later.waiting_for)
    assert can_sign(handler, fresh(later)).reason.startswith(f"您已代表{first.office}录入过本件")
    StageRun.objects.filter(pk=later.pk).update(office=first.office, waiting_for="approver")
    move(city, handler, first.office, "approver")
    assert can_sign(handler, fresh(later)).reason.startswith("您已提出过本件的办理意见")


def test_another_person_signs_without_hindrance(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    sign(city, run, city.person(run.office, "handler"))
    assert can_sign(city.person(run.office, "reviewer"), fresh(run))


@pytest.mark.parametrize("role", ["handler", "principal", "leader"])
def test_a_member_of_the_unit_reviews_nothing_of_it(
    city: make.City, case: Case, role: Any, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    run = make.run_of(case)
    officer = city.person(run.office, "handler")
    client: Client = as_user(officer)
    assert client.get(f"/review/{case.public_id}/").status_code == 200
    make_member(officer, case.application.enterprise, role)
    verdict = can_sign(officer, fresh(run))
    assert verdict.reason == "本件的申报单位是您任职或联系的单位，您应当回避，请由其他人员办理。"
    assert not can_enter_paper(officer, fresh(run))
    assert client.get(f"/review/{case.public_id}/").status_code == 404
    assert str(case.application.number) not in client.get("/review/").content.decode()


def test_leaving_the_unit_after_the_filing_was_begun_does_not_help(
    city: make.City, case: Case
) -> None:
    run = make.run_of(case)
    officer = city.person(run.office, "handler")
    membership = make_member(officer, case.application.enterprise)
    end_membership(membership, by=case.application.created_by, reason="离开单位")
    assert not can_sign(officer, fresh(run))


def test_who_left_the_unit_before_the_filing_was_begun_may_review_it(
    city: make.City, case: Case
) -> None:
    run = make.run_of(case)
    officer = city.person(run.office, "handler")
    membership = make_member(officer, case.application.enterprise)
    long_ago = timezone.now() - timedelta(days=400)
    type(membership).objects.filter(pk=membership.pk).update(
        active_from=long_ago, active_until=long_ago
    )
    assert can_sign(officer, fresh(run))


def test_the_contact_of_the_unit_reviews_nothing_of_it(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    officer = city.person(run.office, "handler")
    unit = case.application.enterprise
    unit.contact_email = officer.email
    unit.save()
    assert not can_sign(officer, fresh(run))
    other = can_sign(city.person(run.office, "reviewer"), fresh(run))
    assert other.reason == f"须由{run.office}在岗的经办人员或其代理人办理。"


def test_a_list_with_one_filing_of_his_unit_is_signed_by_somebody_else(db: None) -> None:
    city = make.make_city("urumqi", quota=5)
    cases = [make.submitted(city), make.another(city, 1)]
    run = list_at(city, cases, "publicity")
    officer = city.person(run.office, "handler")
    assert can_sign(officer, fresh(run))
    make_member(officer, cases[1].application.enterprise)
    assert can_sign(officer, fresh(run)).reason.startswith("名单中有一件的申报单位是您任职")
    assert run.listing is not None
    for item in run.listing.items.all():
        with pytest.raises(DomainError, match="应当回避"):
            lists.set_item(item, "struck", by=officer, reason="移出")
    order = list(run.listing.items.values_list("pk", flat=True))
    with pytest.raises(DomainError, match="应当回避"):
        lists.reorder(run.listing, order[::-1], by=officer, version=run.listing.version)
    assert set(run.listing.items.values_list("state", flat=True)) == {"in"}


def test_a_list_with_one_filing_of_his_unit_is_neither_drawn_up_nor_read_by_him(
    db: None, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    city = make.make_city("urumqi", quota=5)
    cases = [make.submitted(city), make.another(city, 1)]
    run = list_at(city, cases, "publicity")
    listing = List.objects.get(pk=run.listing_id)
    officer, page = city.person(run.office, "handler"), f"/review/lists/{listing.public_id}/"
    client: Client = as_user(officer)
    assert client.get(page).status_code == 200
    assert {listing.title in _shown(client, at) for at in ("/review/lists/", "/review/")} == {True}
    make_member(officer, cases[1].application.enterprise)
    assert client.get(page).status_code == 404
    assert {listing.title in _shown(client, at) for at in ("/review/lists/", "/review/")} == {False}
    with pytest.raises(DomainError, match="应当回避"):
        lists.supplement(listing, by=officer)
    ListItem.objects.all().delete()
    Case.objects.update(state="listed")
    with pytest.raises(DomainError, match="待列入的有一件的申报单位是您任职或联系的单位"):
        gathering.create_list(city.round, by=officer)


def _shown(client: Client, page: str) -> str:
    return client.get(page).content.decode()


def test_a_member_of_a_unit_that_takes_part_reads_nothing_of_the_review(
    city: make.City, case: Case, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    officer, partner = city.person(make.run_of(case).office), make_enterprise("示例共建单位")
    client: Client = as_user(officer)
    make_member(officer, partner)
    assert client.get(f"/review/{case.public_id}/").status_code == 200
    Party.objects.create(application=case.application, enterprise=partner, role="partner")
    assert client.get(f"/review/{case.public_id}/").status_code == 404


def test_who_signs_hears_that_nobody_is_left_for_the_next_post(
    city: make.City, case: Case, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    run = make.run_of(case)
    office = run.office
    assert nextpost.stuck(run) == ""
    sign(city, run, city.person(office, "handler"))
    make_member(city.person(office, "approver"), case.application.enterprise)
    client = as_user(city.person(office, "reviewer"))
    sent = {"action": "sign", "version": fresh(run).version, "opinion": "同意。"}
    page = client.post(reverse("reviews:act", args=[case.public_id]), sent, follow=True)
    says = (
        f"下一步由{office}的审批人员办理，但目前没有可以办理的人员："
        "不在岗、应当回避，或已签过其他岗位。请联系管理员任岗或指定代理人。"
    )
    assert [str(said) for said in page.context["messages"]] == ["已提交。", says]
    other = make.make_user("second@example.gov.cn", name="第二位审批")
    appoint(other, office, "approver", by=city.admin, reason="增加人手")
    assert nextpost.stuck(run) == ""
