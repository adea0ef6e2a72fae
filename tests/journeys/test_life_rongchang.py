"""荣昌: excellent and recommended, failed and mended, failed again and not mended."""

import datetime as dt

import pytest

from assessments.models import Clawback
from portal.common.clock import Clock
from tests.journeys.life import Life

pytestmark = pytest.mark.django_db


@pytest.mark.clause("rongchang-4-2-a", "rongchang-4-2-b", "rongchang-4-2-c", "rongchang-4-2-d",
                    "rongchang-4-2-e")  # fmt: skip
def test_excellent_then_mended_in_time_then_not_mended_and_the_name_is_withdrawn(
    clock: Clock,
) -> None:
    story = Life("rongchang", clock, dt.date(2026, 1, 5))
    silent(story)
    leader_left(story)
    excellent(story)
    mended(story)
    withdrawn(story)


def silent(story: Life) -> None:
    """The notice asks for no yearly papers, no agreement and no ledger: nothing of it is shown."""
    story.go_to(2026, 12, 28)
    assert story.see(story.unit, "studio").context["dues"] == []
    client = story.desk.client(story.unit)
    assert client.get(story.at("ledger")).status_code == 404


def leader_left(story: Life) -> None:
    """The text knows no change of leader; the unit reports it and the studio goes on."""
    change = story.change("change_leader_left_report", {"change.reason": "离职"}).hand_in()
    story.carried(change)
    assert (change.procedure, story.public()[0]) == ("change_leader_left_report", "在册")
    change.refresh_from_db()
    assert change.result == "approved"
    assert story.fresh().leaders.filter(until=None).count() == 0


def excellent(story: Life) -> None:
    """Reminded of the self-score, graded by choice, recommended to the city."""
    story.go_to(2027, 12, 10)
    story.trained(2, since="2026-03-02", level="高级工", on="2027-09-01")
    story.enter("activities", category="innovation", title="工装改进", on="2027-05-06")
    assert story.mails("两年评估（第1次）即将到期") == 1
    application = story.self_score("biennial", 1)
    books = story.verified(application, "95")
    assert set(books) == {"innovation", "training", "heritage"}
    assert story.graded(application, "g1").grade == "优秀"
    assert story.recommended("bureau") == ["市级技能大师工作室"]


def mended(story: Life) -> None:
    """Failed; mended by the day that was set; in good standing again."""
    story.go_to(2029, 12, 3)
    application = story.self_score("biennial", 2)
    story.verified(application, "40")
    story.graded(application, "g4", until="2030-03-01")
    assert story.public()[0] == "整改中"
    story.go_to(2030, 2, 20)
    assert story.mend("75", "passed").passed is True
    assert (story.fresh().ended_on, story.public()[0]) == (None, "在册")


def withdrawn(story: Life) -> None:
    """Failed again and late with its report: the name is withdrawn, nothing is owed."""
    story.go_to(2031, 12, 1)
    application = story.self_score("biennial", 3)
    story.verified(application, "40")
    story.graded(application, "g4", until="2032-02-02")
    story.go_to(2032, 2, 3)
    assert story.mails("两年评估整改已逾期") == 1
    assert story.mend("45", "failed").passed is False
    assert (story.fresh().ended_on, story.public()[0]) == (dt.date(2032, 2, 3), "已终止")
    assert Clawback.objects.count() == 0
    story.settle("plaque", "bureau")
    assert story.taken_at_once(dt.date(2032, 3, 1)).status == "submitted"
