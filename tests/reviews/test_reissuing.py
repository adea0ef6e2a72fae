"""A result that is amended while its letter waits: what is released is the right letter."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from portal.common.errors import DomainError
from portal.common.templatetags.portal_ui import cn_date
from reviews.domain import amending, letters, releasing
from reviews.models import Case, Letter, List
from tests.applications.pages import at
from tests.jurisdictions.interfaces.sheets import pages_of, text_of
from tests.reviews import factories as make
from tests.reviews.standing import list_at
from tests.reviews.test_amending import amended, other_result, the_case
from tests.reviews.test_walks import issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def city(db: None) -> make.City:
    return make.make_city("yuzhong", quota=5)


@pytest.fixture
def listing(city: make.City) -> List:
    """A decided list of one filing; its result waits."""
    releasing.choose_kinds(city.jurisdiction, ["result", "refusal"], by=city.admin)
    run = list_at(city, [make.submitted(city)], "decision")
    issue(city, run.listing)
    return List.objects.get(pk=run.listing_id)


def states(case: Case) -> list[tuple[str, str]]:
    rows = case.letters.filter(kind__in=["result", "refusal"]).order_by("pk")
    return list(rows.values_list("kind", "release"))


def words_of(pdf: bytes) -> list[str]:
    """What stands on each page, without blanks."""
    numbers = [str(number) for number in range(1, pages_of(pdf) + 1)]
    return [text_of(pdf, "-f", number, "-l", number) for number in numbers]


def label(case: Case, code: str) -> str:
    return dict(amending.results_for(case))[code]


def test_an_amended_result_is_told_by_a_letter_written_anew(
    city: make.City, listing: List, as_user: Any
) -> None:
    case = the_case(listing)
    code = other_result(case)
    right = label(case, code)
    wrong = case.letters.get(kind="result")
    amended(city, case, "result", code)
    assert states(case) == [("result", "void"), ("refusal", "waiting")]
    old, new = case.letters.filter(kind__in=["result", "refusal"]).order_by("pk")
    assert (old.pk, old.body) == (wrong.pk, wrong.body)
    assert old.release_reason == "办理结果已更正（示人社函〔2026〕9号），另行拟制"
    assert (new.body["result"], new.body["opinion"]) == (right, "经核对原文件有误")
    with pytest.raises(DomainError, match="因更正已作废"):
        releasing.release(old, by=city.admin)
    officer: Client = as_user(city.person(new.run.office, "approver"))
    page = officer.get(reverse("reviews:letters")).content.decode()
    assert reverse("reviews:letter-decide", args=[old.public_id]) not in page
    officer.post(reverse("reviews:letter-decide", args=[new.public_id]), {"action": "release"})
    assert states(case) == [("result", "void"), ("refusal", "sent")]
    application = Application.objects.get(pk=case.application_id)
    assert (application.result, application.result_waits) == (code, False)
    papers = [letters.paper_of(letter) for letter in (old, new)]
    unit = as_user(application.created_by)
    shown = unit.get(at("timeline", application)).content.decode()
    links = [at("paper_file", application, paper.public_id) for paper in papers]
    assert [link in shown for link in links] == [False, True]
    assert unit.get(links[0]).status_code == 404
    assert unit.get(links[1]).getvalue()[:4] == b"%PDF"
    record = officer.get(reverse("reviews:timeline", args=[case.public_id])).content.decode()
    assert "作废</span> 办理结果已更正" in record
    way, named = reverse("reviews:letter", args=[new.public_id]), new.get_kind_display()
    assert f'，以<a href="{way}">{cn_date(new.dated_on)}的{named}' in record


def test_every_page_of_a_void_letter_says_so_also_where_it_was_drawn_before(
    city: make.City, listing: List, as_user: Any
) -> None:
    case = the_case(listing)
    old = case.letters.get(kind="result")
    old.body["opinion"] = "经研究，" + "请按要求继续做好工作室建设。" * 80
    old.save()
    before = letters.paper_of(old)
    amended(city, case, "result", other_result(case))
    address = reverse("reviews:letter", args=[old.public_id])
    sent = as_user(city.person(old.run.office)).get(address)
    pages = words_of(sent.getvalue())
    assert [page.count("本文书已作废") for page in pages] == [2, 1, 1]
    new = case.letters.get(release="waiting")
    assert f"以{cn_date(new.dated_on)}的《{new.get_kind_display()}》为准。" in pages[0]
    old = Letter.objects.get(pk=old.pk)
    assert (letters.paper_of(old).title, old.document_id != before.pk) == (
        f"已作废：{before.title}", True)  # fmt: skip
    assert letters.paper_of(old) == old.document
    with before.file.open() as paper:
        assert "作废" not in "".join(words_of(paper.read()))


def test_a_refusal_put_right_is_told_as_a_grant_even_if_it_was_held_back(
    city: make.City, listing: List
) -> None:
    case = the_case(listing)
    first = case.application.result
    amended(city, case, "result", other_result(case))
    refusal = case.letters.get(kind="refusal")
    releasing.hold_back(refusal, by=city.admin, reason="结果有误")
    amended(city, the_case(listing), "result", first)
    assert states(case) == [("result", "void"), ("refusal", "void"), ("result", "waiting")]
    fresh = case.letters.get(release="waiting")
    decision = case.letters.filter(kind="result").earliest("pk").body
    assert fresh.body == {
        **decision, "opinion": "办理结果已经更正，更正文号：示人社函〔2026〕9号。"
    }  # fmt: skip
    releasing.release(fresh, by=city.admin)
    assert Application.objects.get(pk=case.application_id).result_waits is False


def test_what_a_letter_repeats_is_right_in_the_new_one(city: make.City, listing: List) -> None:
    case, day = the_case(listing), timezone.localdate().replace(day=1)
    before = case.letters.get(kind="result")
    amended(city, case, "studio_name", "示例更正后工作室")
    amended(city, listing, "document_number", "示人社发〔2026〕18号")
    amended(city, listing, "decided_on", day.isoformat())
    # The letter does not name the occupation: it stays.
    amended(city, the_case(listing), "occupation", "示例新工种")
    assert [state for _, state in states(case)] == ["void", "void", "void", "waiting"]
    fresh = Letter.objects.get(case=case, release="waiting")
    wanted = {"title": "示例更正后工作室", "document_number": "示人社发〔2026〕18号"}
    assert fresh.body == {**before.body, **wanted}
    assert (fresh.dated_on, before.dated_on != day) == (day, timezone.localdate() != day)


def test_where_the_unit_knows_of_nothing_no_letter_is_written(
    city: make.City, listing: List
) -> None:
    case = the_case(listing)
    Application.objects.filter(pk=case.application_id).update(shown_to_unit=False)
    amended(city, case, "result", other_result(case))
    assert states(case) == [("result", "void")]
    assert Application.objects.get(pk=case.application_id).result_waits is False
