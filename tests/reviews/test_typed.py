"""What an officer or an expert types is never lost: kept, restored, compared, chosen."""

from typing import Any

import pytest
from django.urls import reverse

from reviews.domain import typed
from reviews.models import Case, ScoreSheet, StageRun, TypedText
from tests.reviews import factories as make
from tests.reviews.test_panel_pages import page as seat_page
from tests.reviews.test_panel_pages import scored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def at(name: str, case: Case) -> str:
    return reverse(f"reviews:{name}", args=[case.public_id])


def said(run: StageRun, **more: Any) -> dict[str, Any]:
    return {"version": run.version, "run": str(run.public_id), "opinion": "材料齐全。",
            "note": "致电核实", "decision": "pass", "point-p_level": "yes", **more}  # fmt: skip


def keep(client: Any, case: Case, post: dict[str, Any], version: int = 0) -> Any:
    return client.post(at("autosave", case), post, headers={"X-Section-Version": str(version)})


def text(answer: Any) -> str:
    content: str = answer.content.decode()
    return content


def test_what_is_typed_is_kept_without_acting_and_comes_back(
    city: make.City, case: Case, as_user: Any
) -> None:
    run = make.run_of(case)
    client, before = as_user(city.person(run.office)), run.history.count()
    flagged = {"flags": ["leader.phone"], "note-leader.phone": "缺区号"}
    answer = keep(client, case, said(run, **flagged))
    assert answer.json()["version"] == 1
    fresh = StageRun.objects.get(pk=run.pk)
    assert (fresh.version, fresh.opinion, fresh.note, fresh.history.count()) == (
        run.version, "", "", before)  # fmt: skip
    assert Case.objects.get(pk=case.pk).claimed_by is None
    shown = text(client.get(at("case", case)))
    for piece in (
        "材料齐全。",
        "致电核实",
        "缺区号",
        "自动保存的内容",
        'data-version="1"',
    ):
        assert piece in shown
    other = text(as_user(city.person(run.office, "reviewer")).get(at("case", case)))
    assert "致电核实" not in other


def test_handing_it_over_leaves_nothing_behind(city: make.City, case: Case, as_user: Any) -> None:
    run = make.run_of(case)
    client = as_user(city.person(run.office))
    keep(client, case, said(run))
    client.post(at("act", case), said(run, action="save"))
    assert TypedText.objects.count() == 0
    assert StageRun.objects.get(pk=run.pk).opinion == "材料齐全。"


def test_two_windows_of_one_person_lose_nothing(city: make.City, case: Case, as_user: Any) -> None:
    run = make.run_of(case)
    client = as_user(city.person(run.office))
    keep(client, case, said(run, opinion="窗口一"))
    clash = keep(client, case, said(run, opinion="窗口二"))
    assert (clash.status_code, clash.json()["compare"]) == (409, at("typed", case))
    assert keep(client, case, said(run, opinion="窗口一"), version=0).status_code == 200
    compared = text(client.get(at("typed", case)))
    assert "窗口一" in compared
    assert "窗口二" in compared
    assert "在另一窗口填写的内容" in text(client.get(at("case", case)))
    row = TypedText.objects.get()
    stale = client.post(at("typed", case), {"action": "other", "version": row.version + 5})
    assert stale.status_code == 409
    client.post(at("typed", case), {"action": "other", "version": row.version})
    assert ">窗口二</textarea>" in text(client.get(at("case", case)))


def test_text_typed_while_somebody_acted_is_kept_and_compared(
    city: make.City, case: Case, as_user: Any
) -> None:
    run = make.run_of(case)
    client = as_user(city.person(run.office))
    shown = said(run, opinion="我写的意见")
    StageRun.objects.filter(pk=run.pk).update(version=run.version + 1, opinion="同事写的意见")
    late = keep(client, case, shown)
    assert late.status_code == 409
    opened = text(client.get(at("case", case)))
    assert "内容仍为您保留" in opened
    assert "我写的意见" not in opened
    compared = text(client.get(at("typed", case)))
    assert "我写的意见" in compared
    assert "同事写的意见" in compared
    client.post(at("typed", case), {"action": "mine", "version": TypedText.objects.get().version})
    assert ">我写的意见</textarea>" in text(client.get(at("case", case)))


def test_without_a_script_a_stale_save_gives_the_page_back_with_the_text(
    city: make.City, case: Case, as_user: Any
) -> None:
    run = make.run_of(case)
    client = as_user(city.person(run.office))
    StageRun.objects.filter(pk=run.pk).update(version=run.version + 1)
    answer = client.post(at("act", case), said(run, action="save", opinion="我写的意见"))
    assert answer.status_code == 409
    assert ">我写的意见</textarea>" in text(answer)


def test_the_reviewer_keeps_his_opinion_too(city: make.City, case: Case, as_user: Any) -> None:
    first = make.run_of(case)
    as_user(city.person(first.office)).post(
        at("act", case), {**said(first), "action": "decide", **{
            f"{kind}-{point}": value for point, pair in make.yes_to_all(city, first).items()
            for kind, value in zip(("point", "reason"), pair, strict=True)}})  # fmt: skip
    run = make.run_of(case)
    client = as_user(city.person(run.office, "reviewer"))
    keep(client, case, {"version": run.version, "run": str(run.public_id), "opinion": "审核同意"})
    shown = text(client.get(at("case", case)))
    assert ">审核同意</textarea>" in shown
    assert "<dt>意见</dt><dd>材料齐全。</dd>" in shown


def test_dropping_and_strangers_and_floods(city: make.City, case: Case, as_user: Any) -> None:
    run = make.run_of(case)
    client = as_user(city.person(run.office))
    assert client.get(at("typed", case)).status_code == 404
    assert keep(client, case, {**said(run), "run": "no-key"}).status_code == 404
    assert keep(client, case, said(run, note="长" * (typed.LONGEST + 1))).status_code == 422
    keep(client, case, said(run))
    client.post(at("typed", case), {"action": "drop"})
    assert TypedText.objects.count() == 0


def test_typing_renews_ones_own_claim_only(city: make.City, case: Case, as_user: Any) -> None:
    run = make.run_of(case)
    client = as_user(city.person(run.office))
    client.post(at("claim", case))
    Case.objects.update(claimed_until=Case.objects.get(pk=case.pk).claimed_until.replace(second=0))
    before = Case.objects.get(pk=case.pk).claimed_until
    keep(client, case, said(run))
    assert Case.objects.get(pk=case.pk).claimed_until > before


def test_an_expert_finds_the_text_of_the_other_window_again(as_user: Any) -> None:
    _, _, _, seats = scored()
    seat = seats[0]
    client, address = as_user(seat.expert.user), seat_page("panel-autosave", seat)
    client.post(address, {"points-place": "30", "reason-place": "偏小"},
                headers={"X-Section-Version": "0"})  # fmt: skip
    lost = client.post(address, {"points-place": "25", "reason-place": "很小", "text": "补一句"},
                       headers={"X-Section-Version": "0"})  # fmt: skip
    shown = text(client.get(lost.json()["compare"]))
    assert 'name="points-place" value="25"' in shown
    assert "已保存“30，偏小”，本窗口“25，很小”" in shown
    assert "补一句</textarea>" in shown
    assert ScoreSheet.objects.get(seat=seat).lines["place"]["points"] == "30"
    version = ScoreSheet.objects.get(seat=seat).version
    client.post(seat_page("panel-seat", seat), {"version": version, "action": "save",
                "points-place": "25", "reason-place": "很小"})  # fmt: skip
    assert TypedText.objects.count() == 0
