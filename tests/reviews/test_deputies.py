"""Deputies in a review: both names on the signature, four eyes all the same."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from applications.models import Event, SheetEntry
from jurisdictions.domain.delegating import delegate
from jurisdictions.engine.dates import format_date
from jurisdictions.models import Delegation
from portal.accounts.models import User
from portal.common.models import Notice
from reviews.domain import claiming, digest, reminding
from reviews.domain.deputies import standing_in
from reviews.domain.stages import SIGN, take_action
from reviews.models import Case, Signature, StageRun
from reviews.permissions import can_sign
from tests.reviews import factories as make
from tests.reviews.test_reminding import a_working_day, morning

pytestmark = pytest.mark.django_db


def fresh(run: StageRun) -> StageRun:
    return StageRun.objects.select_related("office__jurisdiction").get(pk=run.pk)


def sign(city: make.City, run: StageRun, by: User) -> None:
    run = fresh(run)
    proposal: dict[str, Any] = {}
    if run.waiting_for == "handler":
        proposal = {"outcome": "pass", "opinion": "符合条件。",
                    "verdicts": make.yes_to_all(city, run)}  # fmt: skip
    take_action(run, SIGN, by=by, version=run.version, **proposal)


def lend(city: make.City, run: StageRun, post: str, deputy: User) -> User:
    holder = city.person(run.office, post)
    today = timezone.localdate()
    delegate(holder.posts.get(), deputy, starts_on=today, ends_on=today + timedelta(days=2),
             reason="年休假", by=holder)  # fmt: skip
    return holder


def test_a_deputy_signs_with_both_names(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    handler, reviewer = (city.person(run.office, post) for post in ("handler", "reviewer"))
    sign(city, run, handler)
    sign(city, run, reviewer)
    other = make.another(city, 1)
    second = make.run_of(other)
    assert second.office == run.office
    # The approver is away; the reviewer has signed the first filing, so somebody else may not be
    # him there, but on a filing he has not touched he signs as the deputy.
    absent = lend(city, run, "approver", reviewer)
    assert not can_sign(reviewer, fresh(run))
    Signature.objects.create(run=second, post="handler", user=handler, agrees=True)
    StageRun.objects.filter(pk=second.pk).update(
        waiting_for="approver", state="signing", outcome="pass", opinion="符合条件。"
    )
    for point in make.yes_to_all(city, second):
        second.judgements.create(point=point, verdict="yes", reason="成立", by=handler)
    sign(city, second, reviewer)
    signature = second.signatures.get(post="approver")
    assert (signature.user, signature.deputy_for) == (reviewer, absent)
    assert signature.signer == f"{reviewer}（代{absent}）"
    box = SheetEntry.objects.get(application=other.application, box="district_opinion")
    assert box.name == signature.signer


def test_a_deputy_signs_no_second_post_of_a_passage(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    handler = city.person(run.office, "handler")
    lend(city, run, "reviewer", handler)
    sign(city, run, handler)
    assert can_sign(handler, fresh(run)).reason.startswith("您已在本环节签过其他岗位")


def test_the_record_names_both(city: make.City, case: Case) -> None:
    run = make.run_of(case)
    approver = city.person(run.office, "approver")
    absent = lend(city, run, "handler", approver)
    sign(city, run, approver)
    line = Event.objects.filter(kind="signed").latest("pk")
    assert line.text == f"区（县）人社局初审推荐：经办（{approver}（代{absent}））签署“通过”"


def test_a_deputy_sees_the_work_of_the_post_in_the_browser(
    city: make.City, case: Case, as_user: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    run = make.run_of(case)
    approver = city.person(run.office, "approver")
    lend(city, run, "handler", approver)
    page = as_user(approver).get(f"/review/{case.public_id}/").content.decode()
    assert "提交审核结论" in page


def test_the_digest_of_a_deputy_names_whom_he_stands_in_for(city: make.City, case: Case) -> None:
    run, day = make.run_of(case), a_working_day()
    StageRun.objects.filter(pk=run.pk).update(due_on=day, opened_at=morning(day))
    reviewer = city.person(run.office, "reviewer")
    absent = lend(city, run, "handler", reviewer)
    claiming.claim(case, by=absent)
    assert digest.send_all(morning(day)) == 2
    texts = {n.user: n.text.splitlines()[-1] for n in Notice.objects.filter(kind="digest")}
    line = f"新到 1 件：{case.application.number}（期限{format_date(day)}"
    assert texts == {absent: f"{line}）", reviewer: f"{line}，代{absent}）"}


def test_the_digest_of_a_deputy_ends_with_his_days(city: make.City, case: Case) -> None:
    run, day = make.run_of(case), a_working_day()
    StageRun.objects.filter(pk=run.pk).update(due_on=day)
    lend(city, run, "handler", city.person(run.office, "reviewer"))
    yesterday = timezone.localdate() - timedelta(days=1)
    Delegation.objects.update(starts_on=yesterday, ends_on=yesterday)
    assert digest.send_all(morning(day)) == 1
    assert Notice.objects.get(kind="digest").user == city.person(run.office)


def test_a_deputy_is_reminded_and_told_for_whom(city: make.City, case: Case) -> None:
    run, day = make.run_of(case), timezone.localdate()
    StageRun.objects.filter(pk=run.pk).update(due_on=day)
    reviewer = city.person(run.office, "reviewer")
    absent = lend(city, run, "handler", reviewer)
    reminding.remind(day)
    reminding.remind(day)
    found = {n.user: n.title for n in Notice.objects.filter(kind="due")}
    title = f"即将到期：{case.application.number}"
    assert found == {absent: title, reviewer: f"{title}（代{absent}）"}
    assert f"请您代{absent}办理。" in Notice.objects.get(user=reviewer, kind="due").text
    # Once overdue the approver hears of it for himself: a deputy elsewhere, he is not told twice.
    lend(city, run, "reviewer", city.person(run.office, "approver"))
    reminding.remind(day + timedelta(days=1))
    assert Notice.objects.filter(kind="due", user=city.person(run.office, "approver")).count() == 1


def test_digests_with_deputies_take_as_many_queries_for_two_as_for_one(
    city: make.City, case: Case, django_assert_num_queries: Any
) -> None:
    run = make.run_of(case)
    lend(city, run, "handler", city.person(run.office, "reviewer"))
    with django_assert_num_queries(1):
        assert len(standing_in()) == 1
    lend(city, run, "approver", city.person(run.office, "reviewer"))
    with django_assert_num_queries(1):
        assert len(standing_in()) == 2
