"""Checking and handing in, corrections, withdrawal, the sheet."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from applications.domain import lifecycle
from applications.interfaces import progress
from applications.interfaces.progress import Fault, Notice, Place
from applications.models import Application, Claim, Event, Submission
from applications.queries import answers_of
from jurisdictions.models import Office, Round
from portal.accounts.models import User
from portal.common.models import OutboxMail
from tests.applications.factories import call, publish_city, staff
from tests.applications.pages import CITY, at, begun, quickly_filled

pytestmark = pytest.mark.django_db


class Reviewer:
    """Stands where the app of reviews stands: says where filings are and what is to be mended."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.faults: tuple[Fault, ...] = ()

    def place_of(self, application: Application) -> Place:
        return Place("site_visit", "市级评审（现场考察）", "示例市人社局",
                     until=dt.date(2030, 1, 5), next_step="集中评议")  # fmt: skip

    def briefs_of(self, applications: Sequence[Application]) -> dict[int, Place]:
        return {row.pk: self.place_of(row) for row in applications}

    def notice_of(self, application: Application) -> Notice | None:
        return Notice(1, "示例区人社局", None, dt.date(2030, 1, 1), "", self.faults)

    def answer_notice(self, application: Application, answers: Mapping[str, str]) -> None:
        self.answers.update(answers)

    def addresses_of(self, applications: Sequence[Application], user: Any) -> dict[int, str]:
        return {}

    def reasons_of(self, application: Application) -> list[str]:
        return []

    def papers_of(self, application: Application) -> list[progress.Paper]:
        return []

    def office_of(self, application: Application) -> None:
        return None

    def result_reading(self, application: Application) -> progress.Reading | None:
        return None


@pytest.fixture
def reviewer() -> Iterator[Reviewer]:
    kept = list(progress._providers)
    progress._providers.clear()
    made = Reviewer()
    progress.register(made)
    yield made
    progress._providers[:] = kept


@pytest.fixture
def round_() -> Round:
    ruleset = publish_city(CITY)
    staff(ruleset)
    return call(ruleset)


@pytest.fixture
def alices(alice: User, round_: Round) -> Application:
    return quickly_filled(alice, round_)


def hand_in(client: Any, application: Application, **more: Any) -> Any:
    page = client.get(at("check", application), follow=True)
    data = {"key": str(page.context["key"]), "action": "submit", **declared(page), **more}
    return client.post(at("submit", application), data)


def declared(page: Any) -> dict[str, str]:
    return {bound.html_name: "on" for bound in page.context["form"]}


def test_a_complete_filing_is_handed_in_and_the_receipt_says_so(
    as_user: Any, alices: Application, alice: User
) -> None:
    client = as_user(alice)
    answer = hand_in(client, alices)
    assert answer.status_code == 302
    assert answer["Location"] == at("done", alices)
    submission = Submission.objects.get()
    text = client.get(at("done", alices)).content.decode()
    alices.refresh_from_db()
    assert alices.number in text
    assert submission.digest in text
    assert "下一步：区（县）人社局初审" in text


def test_sent_twice_it_is_handed_in_once(as_user: Any, alices: Application, alice: User) -> None:
    client = as_user(alice)
    page = client.get(at("check", alices))
    data = {"key": str(page.context["key"]), "action": "submit", **declared(page)}
    answers = [client.post(at("submit", alices), data) for _ in range(3)]
    assert {answer["Location"] for answer in answers} == {at("done", alices)}
    assert Submission.objects.count() == 1
    assert OutboxMail.objects.filter(key__startswith="submitted:").count() == 1
    assert Event.objects.filter(kind="submitted").count() == 1


def test_an_incomplete_filing_is_refused_with_every_gap_and_ticks_are_kept(
    as_user: Any, alice: User, round_: Round
) -> None:
    application = begun(alice, round_)
    client = as_user(alice)
    page = client.get(at("check", application))
    assert len(page.context["stops"]) > 30
    answer = hand_in(client, application)
    assert answer.status_code == 422
    assert "没有提交成功" in answer.content.decode()
    assert Submission.objects.count() == 0
    assert answers_of(application)["declare.truthful"] is True


def test_a_soft_condition_wants_a_reason_that_survives_the_refusal(
    as_user: Any, alices: Application, alice: User
) -> None:
    row = alices.sections.get(section="conditions")
    row.answers["unit.reward_rules"] = False
    row.save()
    client = as_user(alice)
    answer = hand_in(client, alices)
    assert answer.status_code == 422
    assert [s["rule"] for s in answer.context["soft"]] == ["rewards"]
    page = client.get(at("check", alices))
    data = {"key": str(page.context["key"]), **declared(page), "reason-rewards": "正在制定"}
    client.post(at("submit", alices), {**data, "action": "save"})
    assert client.get(at("check", alices)).context["soft"][0]["reason"] == "正在制定"
    assert client.post(at("submit", alices), {**data, "action": "submit"}).status_code == 302
    assert Submission.objects.get().reasons == {"rewards": "正在制定"}


def test_a_declaration_left_out_is_shown_beside_its_box(
    as_user: Any, alices: Application, alice: User
) -> None:
    client = as_user(alice)
    page = client.get(at("check", alices))
    ticks = declared(page)
    del ticks["declare.truthful"]
    data = {
        "key": str(page.context["key"]),
        "action": "submit",
        **ticks,
        "asked": " ".join(declared(page)),
    }
    answer = client.post(at("submit", alices), data)
    assert answer.status_code == 422
    assert Submission.objects.count() == 0


def test_somebody_elses_right_is_told_kindly_and_early(
    as_user: Any, alices: Application, alice: User, bob: User, round_: Round
) -> None:
    hand_in(as_user(alice), alices)
    bobs = quickly_filled(bob, round_)
    client = as_user(bob)
    page = client.get(at("tasks", bobs))
    text = page.content.decode()
    assert "请先核实" in text
    assert "示例机械" not in text
    answer = hand_in(client, bobs)
    assert answer.status_code == 409
    assert "示例机械" not in answer.content.decode()
    assert Claim.objects.filter(application=bobs).count() == 0


def test_after_the_submit_nothing_may_be_changed(
    as_user: Any, alices: Application, alice: User
) -> None:
    client = as_user(alice)
    hand_in(client, alices)
    saved = client.post(at("autosave", alices, "leader"), {"version": "1", "leader.name": "别人"})
    assert saved.status_code == 403
    assert client.post(at("section", alices, "leader"), {"version": "1"}).status_code == 409
    assert answers_of(alices)["leader.name"] == "示例张建疆"


def returned(application: Application, by: User, unlocked: list[str]) -> None:
    office = Office.objects.create(
        jurisdiction=application.jurisdiction, code="district", name="示例区人社局"
    )
    lifecycle.return_for_correction(
        application, unlocked=unlocked, by=by, office=office, due_on=dt.date(2030, 1, 1)
    )


def test_a_correction_unlocks_only_what_was_flagged(
    as_user: Any, alices: Application, alice: User, reviewer: Reviewer
) -> None:
    client = as_user(alice)
    hand_in(client, alices)
    reviewer.faults = (Fault("studio.area", "工作室面积", "面积与现场不符，请按实测填写"),)
    returned(alices, alice, ["studio.area"])
    page = client.get(at("section", alices, "studio"))
    text = page.content.decode()
    assert "面积与现场不符" in text
    assert [n for n, f in page.context["form"].fields.items() if not f.disabled] == ["studio.area"]
    version = page.context["version"]
    data = {"version": version, "asked": "studio.area studio.address",
            "studio.area": "90", "studio.address": "别处"}  # fmt: skip
    client.post(at("section", alices, "studio"), data)
    kept = answers_of(alices)
    assert kept["studio.area"] == "90"
    assert kept["studio.address"] == "乌鲁木齐市沙依巴克区示例路1号3号厂房"
    locked = client.post(at("file_add", alices, "licence"), {"row": ""})
    assert locked.status_code == 422


def test_a_correction_is_handed_in_after_the_tick_with_old_beside_new(
    as_user: Any, alices: Application, alice: User, reviewer: Reviewer
) -> None:
    client = as_user(alice)
    hand_in(client, alices)
    reviewer.faults = (Fault("studio.area", "工作室面积", "请按实测填写"),)
    returned(alices, alice, ["studio.area"])
    version = client.get(at("section", alices, "studio")).context["version"]
    client.post(
        at("section", alices, "studio"),
        {"version": version, "asked": "studio.area", "studio.area": "90"},
    )
    page = client.get(at("corrections", alices))
    fault = page.context["faults"][0]
    assert (fault["old"], fault["new"], fault["changed"]) == ("86.5 平方米", "90 平方米", True)
    said = {"answer-studio.area": "已按实测改为90平方米"}
    assert hand_in(client, alices, **said).status_code == 422
    assert hand_in(client, alices, **said, all_mended="on").status_code == 302
    assert Submission.objects.count() == 2
    assert reviewer.answers == {"studio.area": "已按实测改为90平方米"}
    alices.refresh_from_db()
    assert alices.unlocked == []


def test_the_timeline_tells_who_has_it_until_when(
    as_user: Any, alices: Application, alice: User, reviewer: Reviewer
) -> None:
    client = as_user(alice)
    hand_in(client, alices)
    page = client.get(at("timeline", alices))
    text = page.content.decode()
    for words in ("示例市人社局", "市级评审（现场考察）", "2030年1月5日", "集中评议", "提交申报"):
        assert words in text, words
    states = [(step["label"], step["state"]) for step in page.context["steps"]]
    assert states[:4] == [("填报申请", "done"), ("区（县）人社局初审", "done"),
                          ("市级评审", "now"), ("确定名单", "future")]  # fmt: skip


def test_what_officers_note_for_themselves_stays_hidden(
    as_user: Any, alices: Application, alice: User
) -> None:
    from applications.domain import events

    events.record(alices, "note", "内部意见：存疑")
    page = as_user(alice).get(at("timeline", alices))
    assert "内部意见" not in page.content.decode()


def test_withdrawing_wants_a_reason_and_frees_the_rights(
    as_user: Any, alices: Application, alice: User
) -> None:
    client = as_user(alice)
    hand_in(client, alices)
    assert client.post(at("withdraw", alices), {"reason": ""}).status_code == 422
    assert client.post(at("withdraw", alices), {"reason": "计划调整"}).status_code == 302
    alices.refresh_from_db()
    assert alices.status == "withdrawn"
    assert Claim.objects.filter(released_at__isnull=True).count() == 0
    assert client.get(at("withdraw", alices)).status_code == 409


def test_a_page_without_its_key_is_refused(as_user: Any, alices: Application, alice: User) -> None:
    assert as_user(alice).post(at("submit", alices), {"key": "x"}).status_code == 400


def test_the_key_of_another_filing_hands_nothing_in(
    as_user: Any, alices: Application, alice: User, bob: User, round_: Round
) -> None:
    hand_in(as_user(alice), alices)
    key = Submission.objects.get().idempotency_key
    bobs = begun(bob, round_)
    answer = as_user(bob).post(at("submit", bobs), {"key": str(key), "action": "submit"})
    assert answer.status_code != 302
    assert Submission.objects.count() == 1


def test_the_blank_sheet_is_public_and_drawn_once(client: Any, round_: Round) -> None:
    first = client.get(f"/apply/blank/{round_.public_id}/")
    assert first.status_code == 200
    assert first["Content-Type"] == "application/pdf"
    assert b"".join(first.streaming_content)[:5] == b"%PDF-"
    assert client.get(f"/apply/blank/{uuid.uuid4()}/").status_code == 404


def test_a_draft_is_printed_for_signing_once_only_the_scan_is_missing(
    as_user: Any, alices: Application, alice: User
) -> None:
    alices.attachments.filter(material="application_form").delete()
    client = as_user(alice)
    page = client.get(at("files", alices))
    assert page.context["sheet_ready"] is True
    answer = client.get(at("sheet_pdf", alices))
    assert answer["Content-Type"] == "application/pdf"
    assert "%E7%AD%BE%E5%AD%97%E7%9B%96%E7%AB%A0" in answer["Content-Disposition"]
