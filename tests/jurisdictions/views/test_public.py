"""Pages anybody may read."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from jurisdictions.domain.rounds import add_attachment, close_round
from jurisdictions.engine.dates import add_years, format_date
from jurisdictions.models import Round, Ruleset
from portal.common.models.sealed import SealedValue
from tests.jurisdictions.factories import call, publish_shiyan

CHECK = {
    "asked": "leader.birth_date leader.sex leader.women_category leader.skill_level",
    "leader.sex": "男",
    "leader.skill_level": "技师",
}


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_shows_open_calls_with_the_days_left(client: Client, open_call: Round) -> None:
    text = page(client, "/")
    assert "试验批次" in text
    assert "距截止还有 <b>20</b> 天" in text
    assert f"/check/{open_call.public_id}/" in text


def test_home_shows_a_place_without_calls_as_not_open(client: Client, ruleset: Ruleset) -> None:
    assert "当前没有开放的批次" in page(client, "/")


def test_home_without_any_place_says_so(client: Client, db: None) -> None:
    assert "还没有发布政策的地区" in page(client, "/")


def test_a_call_that_opens_later_is_announced(client: Client, ruleset: Ruleset) -> None:
    call(ruleset, opens_at=timezone.now() + dt.timedelta(days=2))
    assert "即将开始" in page(client, "/")


def test_policy_page_has_an_anchor_for_each_article_and_clause(
    client: Client, ruleset: Ruleset
) -> None:
    text = page(client, "/policies/shiyan/")
    assert 'id="art-3"' in text
    assert 'id="art-3-4"' in text
    assert "规则：团队3至15人" in text
    assert "原文未写明是否计入领办人" in text
    assert "尚未由平台执行，按文件办理" in text
    ids = re.findall(r'\bid="(art-[^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_an_older_version_stays_readable(client: Client, ruleset: Ruleset) -> None:
    changed = dict(ruleset.document)
    changed["identity"] = {**changed["identity"], "title": "试验办法（修订）"}
    publish_shiyan(changed, parent=ruleset)
    assert "试验办法（修订）" in page(client, "/policies/shiyan/")
    assert "试验办法（修订）" not in page(client, "/policies/shiyan/?version=1")


@pytest.mark.parametrize("version", ["9", "x", "-1"])
def test_a_version_that_is_not_there_is_not_found(
    client: Client, ruleset: Ruleset, version: str
) -> None:
    assert client.get(f"/policies/shiyan/?version={version}").status_code == 404


def test_guide_says_who_what_how_when_and_whom_to_ring(client: Client, open_call: Round) -> None:
    text = page(client, f"/guide/{open_call.public_id}/")
    for said in (
        "年龄不超过55周岁", "事迹材料", "1500–2000 字", "区级初审", "5 个工作日内办结",
        "公示 7 日", "24:00截止", "0999-1234567", "市级补助：100,000 元", "依据：第三条",
    ):  # fmt: skip
        assert said in text


def test_the_guide_begins_with_what_somebody_asks_first(client: Client, open_call: Round) -> None:
    answer = client.get(f"/guide/{open_call.public_id}/")
    glance, text = answer.context["glance"], answer.content.decode()
    assert 1 <= len(glance.who) <= 5
    assert glance.who[0] == "年龄不超过55周岁"
    assert glance.papers == ["事迹材料"]
    assert [step["label"] for step in glance.steps][:2] == ["网上填报并提交", "区级初审"]
    assert glance.contacts == ["市人社局职业能力建设科 0999-1234567"]
    assert glance.closes.endswith("24:00")
    assert text.index('id="glance"') < text.index('id="who"')
    # Without JavaScript, and on paper, every part stands open.
    assert text.count('<details class="gj-fold"') == text.count("open><summary><h2>") >= 6


def test_every_line_of_the_guide_with_a_clause_opens_it(client: Client, open_call: Round) -> None:
    text = page(client, f"/guide/{open_call.public_id}/")
    assert "/policies/shiyan/#art-3-1" in text
    assert "<details" in text


def test_clauses_of_one_article_open_together(client: Client, open_call: Round) -> None:
    text = page(client, f"/guide/{open_call.public_id}/")
    leader = text[text.index('<p class="mb-1">领办人</p>') :]
    line = leader[: leader.index("</li>")]
    assert line.count("依据：") == 2
    assert "依据：第三条" in line
    assert "依据：申报表" in line


def test_a_cancelled_call_keeps_its_guide_but_takes_no_filings(
    client: Client, ruleset: Ruleset
) -> None:
    later = call(ruleset, opens_at=timezone.now() + dt.timedelta(days=2))
    close_round(later, by=None, reason="年度计划调整")
    assert "本批次现在不接受申报" in page(client, f"/guide/{later.public_id}/")


def test_attachment_of_a_call_is_sent_as_a_file(client: Client, open_call: Round) -> None:
    from tests.jurisdictions.files import small_png

    row = add_attachment(open_call, small_png(), name="通知.png", title="通知", by=None)
    answer = client.get(f"/guide/{open_call.public_id}/files/{row.public_id}/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert "通知" in page(client, f"/guide/{open_call.public_id}/")


def test_self_check_asks_only_what_the_quick_rules_need(client: Client, open_call: Round) -> None:
    text = page(client, f"/check/{open_call.public_id}/")
    names = set(re.findall(r'name="((?:leader|unit|studio|own)\.[^"]+)"', text))
    assert names == {
        "leader.birth_date",
        "leader.sex",
        "leader.women_category",
        "leader.skill_level",
    }


def test_self_check_passes_and_names_the_last_day(client: Client, open_call: Round) -> None:
    birth = add_years(open_call.reference_date, -50)
    data = {**CHECK, "leader.birth_date": birth.isoformat()}
    answer = client.post(f"/check/{open_call.public_id}/", data).content.decode()
    assert "符合已填写的各项条件" in answer
    last = add_years(birth, 56) - dt.timedelta(days=1)
    assert f"最后符合的一天：{format_date(last)}" in answer


def test_self_check_on_the_day_somebody_turns_56_fails_with_its_clause(
    client: Client, open_call: Round
) -> None:
    birth = add_years(open_call.reference_date, -56)
    data = {**CHECK, "leader.birth_date": birth.isoformat()}
    answer = client.post(f"/check/{open_call.public_id}/", data).content.decode()
    assert "目前有 1 项不符合" in answer
    assert "56周岁，超过55周岁" in answer
    assert "年龄不超过55周岁" in answer


def test_self_check_the_day_before_turning_56_still_passes(
    client: Client, open_call: Round
) -> None:
    birth = add_years(open_call.reference_date + dt.timedelta(days=1), -56)
    data = {**CHECK, "leader.birth_date": birth.isoformat()}
    assert "符合已填写的各项条件" in (
        client.post(f"/check/{open_call.public_id}/", data).content.decode()
    )


def test_self_check_of_a_woman_without_category_shows_both_retirement_dates(
    client: Client, open_call: Round
) -> None:
    data = {**CHECK, "leader.sex": "女", "leader.birth_date": "1980-05-01"}
    answer = client.post(f"/check/{open_call.public_id}/", data).content.decode()
    assert "还有 1 项需要补充" in answer
    assert "女职工原法定退休年龄" in answer


def test_self_check_shows_what_is_wrong_with_a_date_and_keeps_it(
    client: Client, open_call: Round
) -> None:
    data = {**CHECK, "leader.birth_date": "某年"}
    answer = client.post(f"/check/{open_call.public_id}/", data).content.decode()
    assert "错误：请先处理下列问题" in answer
    assert 'value="某年"' in answer


def test_self_check_stores_nothing(
    client: Client, open_call: Round, django_assert_num_queries: object
) -> None:
    data = {**CHECK, "leader.birth_date": "1980-05-01"}
    client.post(f"/check/{open_call.public_id}/", data)
    assert SealedValue.objects.count() == 0
    assert not client.session.keys()
