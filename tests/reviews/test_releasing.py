"""Letters that wait for a check, and who of the unit has read what was sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.models import Notice, OutboxMail
from reviews.domain import letters, reading, releasing
from reviews.models import Case, Correction, Letter, List, ReadReceipt
from tests.applications.pages import at
from tests.factories import make_member, make_user
from tests.reviews import factories as make
from tests.reviews.standing import list_at
from tests.reviews.test_walks import issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def waits(city: make.City, *kinds: str) -> None:
    releasing.choose_kinds(city.jurisdiction, kinds, by=city.admin)


def sent_back(city: make.City, case: Case, days: int = 10) -> Letter:
    due = timezone.localdate() + timedelta(days=days)
    data = {"faults": [{"target": "studio.area", "text": "请按实测填写"}],
            "due_on": due.isoformat()}  # fmt: skip
    make.sign_all(city, make.run_of(case), outcome="return", opinion="请补正。", data=data)
    return case.letters.get(kind="correction")


def refused(city: make.City, case: Case) -> Letter:
    run = make.run_of(case)
    verdicts = make.yes_to_all(city, run)
    first = next(iter(verdicts))
    verdicts[first] = ("no", "不具备条件。")
    make.sign_all(city, run, outcome="refuse", opinion="不符合条件。", verdicts=verdicts)
    return case.letters.get(kind="refusal")


def fresh(case: Case) -> tuple[str, str]:
    row = Case.objects.select_related("application").get(pk=case.pk)
    return row.state, row.application.status


def approver(city: make.City, letter: Letter) -> User:
    return city.person(letter.run.office, "approver")


def unit_of(case: Case) -> User:
    return case.application.created_by


def test_letters_are_sent_at_once_where_nothing_else_is_said(city: make.City, case: Case) -> None:
    letter = sent_back(city, case)
    assert letter.release == "sent"
    assert fresh(case) == ("returned", "returned")
    assert Notice.objects.filter(user=unit_of(case), kind="filing").count() == 1


def test_a_correction_that_waits_is_unknown_to_the_unit_until_it_is_released(
    city: make.City, case: Case, as_user: Any
) -> None:
    waits(city, "correction")
    letter = sent_back(city, case)
    assert letter.release == "waiting"
    assert fresh(case) == ("returned", "submitted")
    assert not Notice.objects.filter(user=unit_of(case), kind="filing").exists()
    letters.paper_of(letter)
    shown = as_user(unit_of(case)).get(at("timeline", case.application)).content.decode()
    assert "补正" not in shown
    client = as_user(approver(city, letter))
    page = client.get(reverse("reviews:letters")).content.decode()
    assert case.application.number in page
    preview = client.get(reverse("reviews:letter-preview", args=[letter.public_id]))
    assert "请按实测填写" in preview.content.decode()
    client.post(reverse("reviews:letter-decide", args=[letter.public_id]), {"action": "release"})
    assert fresh(case) == ("returned", "returned")
    notice = Correction.objects.get(case=case)
    assert notice.sent_at is not None
    assert Case.objects.get(pk=case.pk).due_on == notice.due_on
    assert Application.objects.get(pk=case.application_id).unlocked == ["studio.area"]
    assert Notice.objects.filter(user=unit_of(case), kind="filing").count() == 1
    with pytest.raises(DomainError, match="审批员"):
        releasing.release(letter, by=approver(city, letter))


def test_a_correction_held_back_goes_to_the_handler_again(
    city: make.City, case: Case, as_user: Any
) -> None:
    waits(city, "correction")
    letter = sent_back(city, case)
    client = as_user(approver(city, letter))
    address = reverse("reviews:letter-decide", args=[letter.public_id])
    missing = client.post(address, {"action": "hold", "reason": " "})
    assert missing.status_code == 422
    assert "请写明暂不发出的理由" in missing.content.decode()
    assert client.post(address, {"action": "hold", "reason": "条款引用有误"}).status_code == 302
    assert fresh(case) == ("open", "submitted")
    run = make.run_of(case)
    assert (run.pk, run.waiting_for) == (letter.run_id, "handler")
    assert not Correction.objects.filter(case=case).exists()
    told = Notice.objects.get(user=city.person(run.office), title="补正告知书暂不发出")
    assert "条款引用有误" not in told.text
    letter.refresh_from_db()
    with pytest.raises(DomainError, match="已退回经办"):
        releasing.release(letter, by=approver(city, letter))
    sent_again = make.sign_all(city, run, outcome="return", opinion="请补正。")
    assert sent_again.state == "returned"
    assert case.letters.filter(kind="correction", release="waiting").count() == 1


def test_a_deadline_that_passed_while_waiting_is_never_sent(city: make.City, case: Case) -> None:
    waits(city, "correction")
    letter = sent_back(city, case, days=1)
    Correction.objects.update(due_on=timezone.localdate())
    with pytest.raises(DomainError, match="补正期限已到"):
        releasing.release(letter, by=approver(city, letter))
    letter.refresh_from_db()
    assert letter.release == "waiting"


def test_a_result_is_hidden_while_its_letter_waits(
    city: make.City, case: Case, as_user: Any
) -> None:
    waits(city, "refusal")
    letter = refused(city, case)
    unit = as_user(unit_of(case))
    hidden = unit.get(at("timeline", case.application)).content.decode()
    assert fresh(case) == ("closed", "decided")
    assert "评审中，结果公布后可见" in hidden
    assert "不予" not in hidden
    assert unit.post(at("acknowledge", case.application)).status_code == 409
    assert not OutboxMail.objects.filter(subject__startswith="办理结果").exists()
    releasing.hold_back(letter, by=city.admin, reason="落款机关有误")
    releasing.release(letter, by=city.admin)
    shown = unit.get(at("timeline", case.application)).content.decode()
    assert "我已阅知办理结果" in shown
    assert Notice.objects.filter(user=unit_of(case), kind="result").count() == 1


def test_only_the_office_and_the_administrator_may_release(city: make.City, case: Case) -> None:
    waits(city, "correction")
    letter = sent_back(city, case)
    for person in (city.person(letter.run.office, "handler"), unit_of(case),
                   make_user("x@example.gov.cn", staff=True)):  # fmt: skip
        with pytest.raises(DomainError, match="审批人员或本地区管理员"):
            releasing.release(letter, by=person)
    with pytest.raises(DomainError):
        releasing.choose_kinds(city.jurisdiction, ["result"], by=unit_of(case))
    with pytest.raises(DomainError, match="没有这种文书"):
        releasing.choose_kinds(city.jurisdiction, ["recommendation"], by=city.admin)


def test_the_administrator_chooses_which_letters_wait(city: make.City, as_user: Any) -> None:
    client, address = as_user(city.admin), reverse("reviews:letter-setting", args=[city.code])
    client.post(address, {"kinds": ["result", "acceptance"]})
    assert releasing.kinds_that_wait(city.jurisdiction) == ("acceptance", "result")
    assert client.get(address).content.decode().count("checked") == 2
    client.post(address, {})
    assert releasing.kinds_that_wait(city.jurisdiction) == ()


def test_opening_a_letter_is_noted_once_and_shown_to_the_office(
    city: make.City, case: Case, as_user: Any
) -> None:
    letter = sent_back(city, case)
    document = letters.paper_of(letter)
    record = reverse("reviews:timeline", args=[case.public_id])
    officer = as_user(city.person(letter.run.office))
    assert "未阅" in officer.get(record).content.decode()
    seen = officer.get(reverse("reviews:letter", args=[letter.public_id]))
    assert seen.getvalue().startswith(b"%PDF")
    assert ReadReceipt.objects.count() == 0
    unit = as_user(unit_of(case))
    address = at("paper_file", case.application, document.public_id)
    for _ in range(2):
        assert unit.get(address).getvalue().startswith(b"%PDF")
    row = ReadReceipt.objects.get()
    assert (row.letter, row.user, row.way) == (letter, unit_of(case), "download")
    assert "已阅</span>" in officer.get(record).content.decode()
    assert "已阅知" in unit.get(at("timeline", case.application)).content.decode()


def test_the_result_is_acknowledged_by_a_button_and_by_members_only(
    city: make.City, case: Case, as_user: Any
) -> None:
    early = as_user(unit_of(case)).post(at("acknowledge", case.application))
    assert early.status_code == 409
    letter = refused(city, case)
    assert reading.note(case, None, by=city.person(letter.run.office), way="confirm") is None
    unit = as_user(unit_of(case))
    assert unit.post(at("acknowledge", case.application), {"document": "x"}).status_code == 404
    assert unit.post(at("acknowledge", case.application)).status_code == 302
    assert unit.post(at("acknowledge", case.application)).status_code == 302
    row = ReadReceipt.objects.get()
    assert (row.letter, row.user, row.way) == (None, unit_of(case), "confirm")
    shown = as_user(city.person(letter.run.office)).get(
        reverse("reviews:timeline", args=[case.public_id])
    )
    assert '办理结果：<span class="gj-tag gj-tag--green">已阅</span>' in shown.content.decode()


def results_that_wait(city: make.City) -> List:
    """A decided list of two filings whose results wait."""
    waits(city, "result", "refusal")
    run = list_at(city, [make.submitted(city), make.another(city, 1)], "decision")
    listing = List.objects.get(pk=run.listing_id)
    issue(city, listing)
    return listing


def results_of(listing: List) -> list[str]:
    rows = Letter.objects.filter(run__listing=listing, kind="result").order_by("pk")
    return list(rows.values_list("release", flat=True))


def test_all_results_of_a_list_are_sent_together(city: make.City, as_user: Any) -> None:
    listing = results_that_wait(city)
    assert results_of(listing) == ["waiting", "waiting"]
    units = [unit_of(item.case) for item in listing.items.all()]
    address = reverse("reviews:letters-send-all", args=[listing.public_id])
    office = Letter.objects.filter(run__listing=listing).earliest("pk").run.office
    assert as_user(city.person(office)).post(address).status_code == 404
    client = as_user(city.person(office, "approver"))
    page = client.get(reverse("reviews:letters")).content.decode()
    assert "2 份结果文书待核发" in page
    assert address in page
    assert client.post(address).status_code == 302
    assert results_of(listing) == ["sent", "sent"]
    told = Notice.objects.filter(user__in=units, kind="result")
    assert told.count() == len(units)
    assert client.post(address).status_code == 404
    with pytest.raises(DomainError, match="没有待核发的结果文书"):
        releasing.release_list(listing, by=city.admin)


def test_when_one_result_cannot_be_sent_none_is(
    city: make.City, as_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = results_that_wait(city)
    last = Letter.objects.filter(run__listing=listing, kind="result").latest("pk")
    send = releasing._deliveries["result"]

    def deliver(letter: Letter, by: Any) -> None:
        if letter.pk == last.pk:
            raise DomainError("收件单位已注销。")
        send(letter, by)

    monkeypatch.setitem(releasing._deliveries, "result", deliver)
    client = as_user(city.admin)
    answer = client.post(reverse("reviews:letters-send-all", args=[listing.public_id]))
    assert answer.status_code == 409
    number = last.case.application.number
    said = f"{number}：收件单位已注销。该名单的文书都没有发出。"
    assert said in answer.content.decode()
    assert results_of(listing) == ["waiting", "waiting"]
    assert not Notice.objects.filter(kind="result").exists()


def test_a_result_held_back_with_a_reason_stays_when_the_others_go(city: make.City) -> None:
    listing = results_that_wait(city)
    first = Letter.objects.filter(run__listing=listing, kind="result").earliest("pk")
    releasing.hold_back(first, by=city.admin, reason="落款机关有误")
    assert releasing.release_list(listing, by=city.admin) == 1
    assert results_of(listing) == ["held", "sent"]


def test_nobody_reads_or_sends_a_letter_that_his_own_unit_waits_for(
    city: make.City, case: Case, as_user: Any
) -> None:
    waits(city, "refusal")
    letter = refused(city, case)
    for user in (approver(city, letter), city.admin):
        client = as_user(user)
        page = reverse("reviews:letter-preview", args=[letter.public_id])
        assert client.get(page).status_code == 200
        make_member(user, case.application.enterprise)
        assert client.get(page).status_code == 404
        assert (
            case.application.number not in client.get(reverse("reviews:letters")).content.decode()
        )
        with pytest.raises(DomainError, match="只有制发机构的审批人员"):
            releasing.release(letter, by=user)
    letter.refresh_from_db()
    assert letter.release == "waiting"


def test_nobody_is_told_of_a_letter_that_his_own_unit_waits_for(
    city: make.City, case: Case
) -> None:
    waits(city, "refusal")
    office = make.run_of(case).office
    other = make.make_user("second@example.gov.cn", name="第二位审批")
    make.appoint(other, office, "approver", by=city.admin, reason="增加人手")
    make_member(other, case.application.enterprise)
    refused(city, case)
    told = Notice.objects.filter(title__contains="待核发").values_list("user", flat=True)
    assert list(told) == [city.person(office, "approver").pk]
