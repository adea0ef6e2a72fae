"""The worklist as a place to work: neighbours, filters by name, assigning, exporting."""

import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from portal.accounts.models import User
from portal.common.errors import DomainError
from portal.common.models import Job, Notice
from reviews.domain import assigning, claiming, filters
from reviews.models import Case, SavedFilter
from tests.kept import made_once
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def three_filings() -> tuple[make.City, list[Case]]:
    """Three filings at the same office, in the order of the list."""
    city = make.make_city("urumqi")
    return city, [make.submitted(city), make.another(city, 5), make.another(city, 7)]


kept, standing = made_once(three_filings)


@pytest.fixture
def city(standing: Any) -> make.City:
    return standing[0]


@pytest.fixture
def cases(standing: Any) -> list[Case]:
    return standing[1]


@pytest.fixture
def case(cases: list[Case]) -> Case:
    return cases[0]


def person(city: make.City, case: Case, post: str = "handler") -> User:
    return city.person(make.run_of(case).office, post)


def work(**params: str) -> tuple[str, dict[str, str]]:
    return reverse("reviews:worklist"), params


def page(case: Case, query: str = "tab=todo") -> str:
    return f"{reverse('reviews:case', args=[case.public_id])}?{query}"


def text(answer: Any) -> str:
    content: str = answer.content.decode()
    return content


def test_the_page_of_a_case_knows_its_neighbours_in_the_filter(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    client = as_user(person(city, cases[0]))
    assert page(cases[1]).replace("&", "&amp;") in text(client.get(*work()))
    found = client.get(page(cases[1])).context["pager"]
    assert found == {"place": 2, "count": 3, "before": page(cases[0]), "after": page(cases[2])}
    shown = text(client.get(page(cases[2])))
    assert "3 / 3" in shown
    assert 'rel="next"' not in shown
    alone = f"tab=todo&q={cases[1].application.number}"
    assert client.get(page(cases[1], alone)).context["pager"]["count"] == 1
    assert client.get(page(cases[0], alone)).context["pager"] is None
    assert client.get(reverse("reviews:case", args=[cases[0].public_id])).context["pager"] is None


def test_the_worklist_has_its_place_and_its_actions_in_the_head(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    page_ = as_user(person(city, cases[0])).get(*work())
    assert page_.context["crumbs"] == [{"label": "待我办理", "url": ""}]
    shown = text(page_)
    head = shown[shown.index('class="gj-page-h"') : shown.index('class="gj-kpi')]
    assert f'href="{reverse("reviews:lists")}"' in head


def test_the_page_of_a_case_leads_to_the_register_of_paper(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    paper = reverse("applications:paper", args=[cases[0].application.public_id])
    client = as_user(person(city, cases[0]))
    links = {link["label"]: link["url"] for link in client.get(page(cases[0], "")).context["links"]}
    assert links["纸质材料登记"] == paper
    assert client.get(paper).status_code == 200


def test_the_filter_is_kept_on_the_way_to_the_record_and_back(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    client, query = as_user(person(city, cases[1])), "tab=todo&time=soon"
    Case.objects.update(due_on=timezone.localdate())
    case = client.get(page(cases[1], query))
    addresses = {name: reverse(f"reviews:{name}", args=[cases[1].public_id])
                 for name in ("case", "timeline")}  # fmt: skip
    tabs = [tab["url"] for tab in case.context["tabs"]]
    assert tabs == [f"{addresses['case']}?{query}", f"{addresses['timeline']}?{query}"]
    record = client.get(tabs[1])
    assert [tab["url"] for tab in record.context["tabs"]] == tabs
    assert [crumb["url"] for crumb in record.context["crumbs"]] == [
        f"{reverse('reviews:worklist')}?{query}", tabs[0], "",
    ]  # fmt: skip
    following = reverse("reviews:timeline", args=[cases[2].public_id])
    assert record.context["pager"]["after"] == f"{following}?{query}"
    assert 'rel="next"' in text(record)
    plain = client.get(addresses["timeline"])
    assert [tab["url"] for tab in plain.context["tabs"]] == list(addresses.values())
    assert plain.context["pager"] is None


def test_the_filter_is_kept_on_the_other_pages_of_a_case(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    client, query = as_user(person(city, cases[1], "approver")), "tab=waiting"
    back = page(cases[1], query)
    for link in client.get(back).context["links"]:
        assert link["url"].endswith(f"?{query}"), link
    address = f"{reverse('reviews:reroute', args=[cases[1].public_id])}?{query}"
    assert f'href="{back}">返回' in text(client.get(address))


def test_acting_leads_back_into_the_same_filter(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    client, run = as_user(person(city, cases[0])), make.run_of(cases[0])
    act = f"{reverse('reviews:act', args=[cases[0].public_id])}?tab=todo&time=soon"
    saved = client.post(act, {"action": "save", "version": run.version, "opinion": "暂记"})
    assert saved["Location"] == page(cases[0], "tab=todo&time=soon")
    release = f"{reverse('reviews:release', args=[cases[0].public_id])}?tab=mine"
    assert client.post(release)["Location"] == f"{reverse('reviews:worklist')}?tab=mine"


def test_a_claim_shows_until_when(city: make.City, cases: list[Case], as_user: Any) -> None:
    client = as_user(person(city, cases[0]))
    claiming.claim(cases[0], by=person(city, cases[0]))
    last = timezone.localtime().replace(hour=23, minute=59, second=59)
    for until, said in ((last, "至 23:59"), (last + timedelta(days=1), "至 {:%m月%d日} 23:59")):
        Case.objects.filter(pk=cases[0].pk).update(claimed_until=until)
        row = client.get(*work(tab="mine")).context["rows"][0]
        assert row["cells"][-1]["sub"] == said.format(until)


def test_who_has_no_part_in_a_case_does_not_keep_it_from_whoever_signs(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    case, run = cases[0], make.run_of(cases[0])
    act = reverse("reviews:act", args=[case.public_id])
    claiming.claim(case, by=person(city, case, "reviewer"))
    client = as_user(person(city, case))
    assert client.get(page(case, "tab=todo")).context["may"] is True
    saved = {"action": "save", "version": run.version, "opinion": "暂记"}
    assert client.post(act, saved).status_code == 302
    case.refresh_from_db()
    assert claiming.holder(case) == person(city, case)
    colleague = as_user(person(city, case, "approver"))
    assert "已领取" in text(colleague.get(page(case, "tab=todo")))


def test_a_filter_is_saved_applied_made_the_default_and_deleted(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    client = as_user(person(city, cases[0]))
    said = {"name": " 三日内 ", "tab": "todo", "time": "soon", "page": "2", "default": "1"}
    assert client.post(reverse("reviews:filter-save"), said).status_code == 302
    row = SavedFilter.objects.get()
    assert (row.name, row.query, row.is_default) == ("三日内", "tab=todo&time=soon", True)
    assert client.get(*work())["Location"] == f"{reverse('reviews:worklist')}?tab=todo&time=soon"
    assert "三日内" in text(client.get(*work(tab="todo", time="soon")))
    client.post(reverse("reviews:filter-save"), {**said, "name": "全部", "time": ""})
    assert list(SavedFilter.objects.filter(is_default=True).values_list("name", flat=True)) == [
        "全部"
    ]
    change = reverse("reviews:filter", args=[row.public_id])
    stranger = as_user(person(city, cases[0], "reviewer"))
    assert stranger.post(change, {"action": "drop"}).status_code == 404
    client.post(change, {"action": "default"})
    assert SavedFilter.objects.get(is_default=True).pk == row.pk
    client.post(change, {"action": "plain"})
    assert client.get(*work()).status_code == 200
    client.post(change, {"action": "drop"})
    assert SavedFilter.objects.filter(pk=row.pk).exists() is False


def test_filters_without_a_name_and_without_end_are_refused(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    client, user = as_user(person(city, cases[0])), person(city, cases[0])
    nameless = client.post(reverse("reviews:filter-save"), {"name": " ", "tab": "done"})
    assert nameless.status_code == 422
    assert "请给这个查询起一个名称" in text(nameless)
    for number in range(filters.MOST):
        filters.save_filter(f"查询{number}", "tab=todo", by=user)
    with pytest.raises(DomainError, match="请先删除不用的"):
        filters.save_filter("再来一个", "tab=todo", by=user)
    filters.save_filter("查询1", "tab=done", by=user)
    assert SavedFilter.objects.get(name="查询1").query == "tab=done"


def give(client: Any, cases: list[Case], **more: str) -> Any:
    keys = [str(case.public_id) for case in cases]
    return client.post(reverse("reviews:assign"), {"selected": keys, **more})


def test_an_approver_gives_several_cases_to_a_colleague_at_once(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    to, boss = person(city, cases[0]), person(city, cases[0], "approver")
    client = as_user(boss)
    assert client.get(*work(tab="todo")).context["page"].paginator.count == 0
    assert client.get(*work(tab="everyone")).context["page"].object_list == cases
    asked = give(client, cases)
    assert asked.status_code == 200
    assert str(to.public_id) in text(asked)
    assert give(client, cases, to="x").status_code == 422
    done = give(client, cases, to=str(to.public_id))
    assert done.context["count"] == 3
    for row in Case.objects.all():
        assert claiming.holder(row) == to
        assert row.claimed_until == assigning.until_when()
    notice = Notice.objects.get(user=to, kind="assigned")
    assert notice.title == f"{boss}分派给您 3 件办理件"
    assert as_user(to).get(*work(tab="mine")).context["page"].paginator.count == 3
    until = Case.objects.get(pk=cases[0].pk).claimed_until
    claiming.claim(cases[0], by=to)
    assert Case.objects.get(pk=cases[0].pk).claimed_until == until


def test_a_claim_of_somebody_else_is_respected_unless_a_reason_is_given(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    to, other = person(city, cases[0]), person(city, cases[0], "reviewer")
    claiming.claim(cases[1], by=other)
    client = as_user(person(city, cases[0], "approver"))
    done = give(client, cases, to=str(to.public_id))
    assert done.context["count"] == 2
    assert f"已由{other}领取，未改动" in text(done)
    assert claiming.holder(Case.objects.get(pk=cases[1].pk)) == other
    again = give(client, [cases[1]], to=str(to.public_id), reason="同事请假")
    assert again.context["count"] == 1
    event = cases[1].application.events.filter(kind="assigned").get()
    assert event.text == f"分派给{to}办理（原由{other}领取，同事请假）"


def test_handlers_assign_nothing_and_strangers_get_nothing(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    to = person(city, cases[0])
    assert give(as_user(to), cases, to=str(to.public_id)).context["count"] == 0
    seen = as_user(to).get(*work(tab="everyone"))
    assert ("分派给…" in text(seen), seen.context["tab"]) == (False, "todo")
    assert as_user(city.admin).get(*work(tab="everyone")).context["page"].object_list == cases
    stranger = city.person(city.office("city_bureau"), "approver")
    found = assigning.assign(cases, stranger, by=city.admin)
    assert [row.done for row in found] == [False, False, False]
    assert "不在" in found[0].says
    with pytest.raises(DomainError):
        assigning.assign([], to, by=city.admin)


def test_nothing_is_ever_approved_for_several_cases(
    city: make.City, cases: list[Case], as_user: Any
) -> None:
    shown = text(as_user(person(city, cases[0])).get(*work()))
    assert "不提供批量通过" in shown
    assert 'name="action"' not in shown.split('id="bulk"')[1].split("</form>")[0]


def test_ticked_and_filtered_rows_are_exported_in_the_background(
    city: make.City, cases: list[Case], as_user: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = as_user(person(city, cases[0]))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("reviews:export"), {
            "kind": "xlsx", "selected": [str(cases[1].public_id), "x"]})  # fmt: skip
        client.post(reverse("reviews:export"), {"kind": "xlsx", "scope": "all", "tab": "todo"})
    books = []
    for job in Job.objects.order_by("created_at"):
        file = client.get(reverse("common:job_file", args=[job.pk]))
        books.append(load_workbook(BytesIO(file.getvalue())).active)
    numbers = [[row[0].value for row in book.iter_rows(min_row=2)] for book in books]
    assert numbers == [[cases[1].application.number], [c.application.number for c in cases]]
    assert [job.percent for job in Job.objects.all()] == [100, 100]
    everything = [str(cell.value) for row in books[1].iter_rows() for cell in row]
    assert not [value for value in everything if "650102" in value]
    assert client.post(reverse("reviews:export"), {"kind": "xlsx"}).status_code == 422
    assert client.post(reverse("reviews:export"), {
        "kind": "exe", "scope": "all"}).status_code == 422  # fmt: skip


def test_sheets_of_what_one_may_see_come_as_one_archive(
    city: make.City, cases: list[Case], as_user: Any, django_capture_on_commit_callbacks: Any
) -> None:
    user = person(city, cases[0])
    client = as_user(user)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("reviews:export"), {"kind": "zip", "scope": "all", "tab": "todo"})
    job = Job.objects.get()
    file = client.get(reverse("common:job_file", args=[job.pk]))
    names = zipfile.ZipFile(BytesIO(file.getvalue())).namelist()
    filings = [case.application for case in cases]
    assert sorted(names) == [f"{filing.number}_{filing.unit_name}.pdf" for filing in filings]
