"""The administrators' pages."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from jurisdictions.enums import RoundState
from jurisdictions.models import Holiday, Jurisdiction, Office, Post, Round, Ruleset
from portal.accounts.models import User
from portal.common.doors import holds
from tests.factories import make_user
from tests.jurisdictions.factories import administrator, call, publish_shiyan
from tests.jurisdictions.files import small_png

BASE = "/manage/shiyan"


def opening(**changes: str) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "procedure": "establish",
        "title": "新的批次",
        "opens_on": today.isoformat(),
        "closes_on": (today + dt.timedelta(days=30)).isoformat(),
        "publicity_days": "7",
        "quota": "5",
        "contact_phone": "0999-7654321",
        **changes,
    }


def test_the_administrator_opens_a_call_that_closes_at_24_00(
    admin_client: Client, ruleset: Ruleset
) -> None:
    answer = admin_client.post(f"{BASE}/rounds/new/", opening())
    made = Round.objects.get(title="新的批次")
    assert answer.headers["Location"] == f"{BASE}/rounds/{made.public_id}/"
    last = timezone.localdate() + dt.timedelta(days=30)
    assert made.reference_date == last
    assert timezone.localtime(made.closes_at) == dt.datetime.combine(
        last + dt.timedelta(days=1), dt.time(), timezone.get_current_timezone()
    )
    assert made.contact_phone == "0999-7654321"
    assert made.history.get().history_user == User.objects.get(email="gao@example.gov.cn")


def test_a_missing_number_is_asked_for_and_nothing_typed_is_lost(
    admin_client: Client, ruleset: Ruleset
) -> None:
    text = admin_client.post(f"{BASE}/rounds/new/", opening(publicity_days="")).content.decode()
    assert "文件没有写明公示天数" in text
    assert 'value="新的批次"' in text
    assert Round.objects.count() == 0


def test_a_second_call_of_the_year_needs_a_reason(admin_client: Client, open_call: Round) -> None:
    text = admin_client.post(f"{BASE}/rounds/new/", opening()).content.decode()
    assert "每年开展 1 次，本年度已是第 2 次" in text
    admin_client.post(f"{BASE}/rounds/new/", opening(reason="经区委研究追加一批"))
    second = Round.objects.get(title="新的批次")
    assert second.history.get().history_change_reason == "经区委研究追加一批"


def test_an_extension_never_moves_the_reference_date(
    admin_client: Client, open_call: Round
) -> None:
    later = open_call.reference_date + dt.timedelta(days=10)
    address = f"{BASE}/rounds/{open_call.public_id}/"
    data = {"extend-closes_on": later.isoformat(), "extend-reason": "应申报单位要求"}
    assert admin_client.post(f"{address}extend/", data).status_code == 302
    after = Round.objects.get()
    assert after.reference_date == open_call.reference_date
    assert after.closes_at == open_call.closes_at + dt.timedelta(days=10)
    assert "应申报单位要求" in admin_client.get(address).content.decode()


def test_an_earlier_day_is_no_extension(admin_client: Client, open_call: Round) -> None:
    data = {"extend-closes_on": timezone.localdate().isoformat(), "extend-reason": "日期写错了"}
    answer = admin_client.post(f"{BASE}/rounds/{open_call.public_id}/extend/", data)
    assert answer.status_code == 422
    assert "延期后的截止时间须晚于现在的截止时间" in answer.content.decode()


def test_closing_early_needs_a_reason(admin_client: Client, open_call: Round) -> None:
    address = f"{BASE}/rounds/{open_call.public_id}/close/"
    assert admin_client.post(address, {"close-reason": ""}).status_code == 422
    assert admin_client.post(address, {"close-reason": "名额已满"}).status_code == 302
    assert Round.objects.get().state == RoundState.CLOSED


def test_contacts_and_attachments_of_a_call(admin_client: Client, open_call: Round) -> None:
    address = f"{BASE}/rounds/{open_call.public_id}/"
    admin_client.post(f"{address}contact/", {"contact_name": "李老师", "notice": "请勿空项"})
    png = small_png()
    png.name = "通知.png"  # type: ignore[attr-defined]  # as an upload has it
    admin_client.post(f"{address}files/", {"file-title": "通知", "file-file": png})
    text = admin_client.get(address).content.decode()
    assert "李老师" in text
    assert "通知" in text
    row = open_call.attachments.get()
    admin_client.post(f"{address}files/{row.public_id}/remove/")
    assert open_call.attachments.count() == 0


def test_a_program_is_no_attachment(admin_client: Client, open_call: Round) -> None:
    png = small_png()
    png.name = "通知.exe"  # type: ignore[attr-defined]  # as an upload has it
    answer = admin_client.post(f"{BASE}/rounds/{open_call.public_id}/files/", {"file-file": png})
    assert answer.status_code == 422
    assert open_call.attachments.count() == 0


def test_offices_get_duties_and_people_get_posts(admin_client: Client, ruleset: Ruleset) -> None:
    text = admin_client.get(f"{BASE}/offices/").content.decode()
    assert "下列职责还没有机构承担" in text
    admin_client.post(
        f"{BASE}/offices/new/", {"code": "dq", "name": "东区人社局", "is_active": "on"}
    )
    office = Office.objects.get()
    duties = f"{BASE}/offices/{office.public_id}/duties/"
    admin_client.post(duties, {"role": "district", "covers": "东区"})
    assert "区人社局（东区）" in admin_client.get(f"{BASE}/offices/").content.decode()
    officer = make_user("jing@example.gov.cn", name="经办人")
    data = {"login": "Jing@example.gov.cn", "office": office.pk, "kind": "handler",
            "reason": "分工调整"}  # fmt: skip
    assert admin_client.post(f"{BASE}/posts/", data).status_code == 302
    officer.refresh_from_db()
    assert officer.is_staff_member
    assert holds(officer, "handle", office)
    assert "该人员已在此岗位" in admin_client.post(f"{BASE}/posts/", data).content.decode()
    post = Post.objects.get()
    admin_client.post(f"{BASE}/posts/{post.pk}/relieve/", {"reason": "调离本单位"})
    officer.refresh_from_db()
    assert not officer.is_staff_member
    assert not holds(officer, "handle", office)
    assert "已离岗" in admin_client.get(f"{BASE}/posts/").content.decode()


def test_an_unknown_sign_in_name_is_told(admin_client: Client, ruleset: Ruleset) -> None:
    office = Office.objects.create(jurisdiction=ruleset.jurisdiction, code="a", name="甲局")
    data = {"login": "nobody@example.com", "office": office.pk, "kind": "handler",
            "reason": "分工调整"}  # fmt: skip
    assert "没有这个登录名的账号" in admin_client.post(f"{BASE}/posts/", data).content.decode()


def test_versions_and_what_changed_between_them(admin_client: Client, ruleset: Ruleset) -> None:
    document = dict(ruleset.document)
    document["identity"] = {**document["identity"], "document_number": "试人社〔2026〕9号"}
    publish_shiyan(document, parent=ruleset)
    assert "改了什么" in admin_client.get(f"{BASE}/rules/").content.decode()
    text = admin_client.get(f"{BASE}/rules/1..2/").content.decode()
    assert "政策数据（1 处）" in text
    assert "identity.document_number" in text
    assert "试人社〔2026〕1号" in text
    assert "试人社〔2026〕9号" in text
    assert admin_client.get(f"{BASE}/rules/1..3/").status_code == 404


def test_holidays_are_kept_up_by_hand(admin_client: Client) -> None:
    admin_client.post("/manage/holidays/", {"day": "2031-10-01", "kind": "off", "label": "国庆节"})
    row = Holiday.objects.get(day="2031-10-01")
    assert "国庆节" in admin_client.get("/manage/holidays/?year=2031").content.decode()
    wrong = {"day": "2031-10-01", "kind": "work", "label": ""}
    assert "调休上班只能是星期六或星期日" in (
        admin_client.post("/manage/holidays/", wrong).content.decode()
    )
    admin_client.post(f"/manage/holidays/{row.pk}/remove/")
    assert not Holiday.objects.filter(day="2031-10-01").exists()


def test_the_effective_day_is_entered_where_the_source_lacks_it(
    admin_client: Client, ruleset: Ruleset
) -> None:
    document = dict(ruleset.document)
    document["identity"] = {**document["identity"], "validity": {"clause": "shiyan-9-1"}}
    publish_shiyan(document, parent=ruleset)
    Round.objects.all().delete()
    place = Jurisdiction.objects.get()
    admin_client.post(f"{BASE}/effective-day/", {"day": "2026-03-01"})
    place.refresh_from_db()
    assert place.effective_from_entered == dt.date(2026, 3, 1)


def test_the_desk_lists_only_ones_own_places(admin_client: Client, ruleset: Ruleset) -> None:
    Jurisdiction.objects.create(code="other", name="别的市", short_name="别", level="city")
    text = admin_client.get("/manage/").content.decode()
    assert "试验市" in text
    assert "别的市" not in text


@pytest.mark.parametrize(
    "address",
    ["/manage/", "/manage/holidays/", *(f"{BASE}/{part}/" for part in ("rounds", "rounds/new",
     "offices", "offices/new", "posts", "rules"))],
)  # fmt: skip
def test_administrators_of_another_place_find_nothing(
    ruleset: Ruleset, as_user: object, settings: object, address: str
) -> None:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]  # pytest-django's settings
    stranger = make_user("wai@example.gov.cn", staff=True)
    if address.startswith(BASE):
        other = Jurisdiction.objects.create(
            code="other", name="别的市", short_name="别", level="city"
        )
        stranger = administrator(other, "other@example.gov.cn")
    assert as_user(stranger).get(address).status_code == 404  # type: ignore[operator]


def test_a_call_of_another_place_is_not_found_under_ones_own(
    admin_client: Client, ruleset: Ruleset
) -> None:
    foreign = call(ruleset)
    other = Jurisdiction.objects.create(code="other", name="别的市", short_name="别", level="city")
    Round.objects.filter(pk=foreign.pk).update(jurisdiction=other)
    assert admin_client.get(f"{BASE}/rounds/{foreign.public_id}/").status_code == 404


def test_the_desk_needs_a_sign_in(client: Client, ruleset: Ruleset) -> None:
    assert client.get(f"{BASE}/rounds/").headers["Location"].startswith("/accounts/login/")


def test_the_right_to_answer_consultations_is_given_and_taken_with_a_reason(
    admin_client: Client, ruleset: Ruleset
) -> None:
    office = Office.objects.create(jurisdiction=ruleset.jurisdiction, code="asked", name="被征求局")
    person = make_user("reply@example.gov.cn", name="回复人")
    address = f"{BASE}/offices/{office.public_id}/"
    refused = admin_client.post(f"{address}repliers/", {"login": "reply@example.gov.cn"})
    assert refused.status_code == 422
    assert not holds(person, "consult", office)
    given = {"login": "reply@example.gov.cn", "reason": "负责回复征求意见"}
    assert admin_client.post(f"{address}repliers/", given).headers["Location"] == address
    assert holds(person, "consult", office)
    shown = admin_client.get(address).content.decode()
    assert shown.count("回复人</span>") == 1
    end = f"{address}repliers/{person.public_id}/"
    assert "回复人" in admin_client.get(end).content.decode()
    assert "请写明理由" in admin_client.post(end, {"reason": "无"}).content.decode()
    admin_client.post(end, {"reason": "分工调整"})
    assert not holds(person, "consult", office)
    assert admin_client.get(end).status_code == 404
