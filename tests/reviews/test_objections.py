"""异议: told to the office, its contact opened on record, answered, looked up by the objector."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.common.errors import DomainError
from portal.common.models import Notice, OutboxMail
from portal.common.models.sealed import RevealLog
from reviews.domain import objections, publicity
from reviews.domain.objections import Answer
from reviews.models import List, Objection
from tests.factories import make_member
from tests.reviews import factories as make
from tests.reviews.test_deputies import lend
from tests.reviews.test_publicity import officer, show

pytestmark = pytest.mark.django_db
CONTACT = "13800000009"
LOOKUP = "reviews:objection-lookup"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def shown(db: None) -> tuple[make.City, List]:
    city, listing, _ = show("urumqi")
    return city, listing


def taken(listing: List, contact: str = CONTACT) -> Objection:
    """One more objection: in other words than those before it."""
    text = f"业绩不实（{Objection.objects.count()}）"
    return objections.object_to(listing.items.get(), name="示例反映人", contact=contact, text=text)


def at(name: str, listing: List, row: Objection) -> str:
    return reverse(f"reviews:{name}", args=[listing.public_id, row.public_id])


def asked(client: Client, number: str, contact: str) -> tuple[int, str]:
    answer = client.post(reverse(LOOKUP), {"number": number, "contact": contact})
    return answer.status_code, answer.content.decode()


def test_the_contact_is_shown_once_a_reason_is_given_and_the_look_is_kept(
    shown: tuple[make.City, List], as_user: Any
) -> None:
    city, listing = shown
    row = taken(listing)
    client, address = as_user(officer(city, listing)), at("list-objection-contact", listing, row)
    page = client.get(reverse("reviews:list", args=[listing.public_id])).content.decode()
    assert (address in page, CONTACT in page) == (True, False)
    assert CONTACT not in client.get(address).content.decode()
    assert client.post(address, {"reason": "核"}).status_code == 422
    assert RevealLog.objects.filter(token=row.contact["sealed"]).count() == 0
    opened = client.post(address, {"reason": "电话核实所反映情况"})
    assert CONTACT in opened.content.decode()
    assert opened.headers["Cache-Control"] == "no-store"
    log = RevealLog.objects.get(token=row.contact["sealed"])
    assert (log.actor_id, log.reason) == (str(officer(city, listing).pk), "电话核实所反映情况")
    assert CONTACT not in client.get(address).content.decode()


def test_only_handlers_of_the_office_that_shows_the_notice_open_the_contact(
    shown: tuple[make.City, List], as_user: Any
) -> None:
    city, listing = shown
    row, office = taken(listing), make.list_run(listing).office
    address = at("list-objection-contact", listing, row)
    others = (city.person(office, "approver"), city.admin,
              city.person(city.office("district_bureau")))  # fmt: skip
    for user in others:
        client = as_user(user)
        assert client.get(address).status_code == 404
        assert client.post(address, {"reason": "电话核实所反映情况"}).status_code == 404
        with pytest.raises(DomainError, match="经办人员"):
            objections.open_contact(row, by=user, reason="电话核实所反映情况")
    assert RevealLog.objects.filter(token=row.contact["sealed"]).count() == 0


def test_who_objected_and_in_which_words_is_read_by_the_office_alone(
    shown: tuple[make.City, List], as_user: Any
) -> None:
    city, listing = shown
    row = objections.object_to(listing.items.get(), name="示例反映人", contact=CONTACT,
                               text="业绩不实", evidence=make.paper_file())  # fmt: skip
    page = reverse("reviews:list", args=[listing.public_id])
    proof = at("list-evidence", listing, row)
    office = make.list_run(listing).office
    recommender = city.person(city.office("district_bureau"))

    def reads(user: Any) -> tuple[int, list[bool], int]:
        client = as_user(user)
        said, file = client.get(page), client.get(proof)
        b"".join(file)
        words = ("示例反映人", "业绩不实", row.contact["shown"])
        found = [word in said.content.decode() for word in words]
        return said.status_code, found, file.status_code

    assert reads(city.person(office, "approver")) == (200, [True] * 3, 200)
    assert reads(city.admin) == (200, [False] * 3, 404)
    assert reads(recommender) == (404, [False] * 3, 404)


def test_nobody_of_a_listed_unit_hears_of_an_objection(shown: tuple[make.City, List]) -> None:
    city, listing = shown
    run = make.list_run(listing)
    handler, other = city.person(run.office), make.make_user("second@example.gov.cn", name="另一位")
    make_member(handler, listing.items.get().case.application.enterprise)

    def hear() -> list[str]:
        row = taken(listing)
        told = Notice.objects.filter(key=f"objection:{row.public_id}")
        return [str(line.user) for line in told.select_related("user")]

    approver = city.person(run.office, "approver")
    assert hear() == [str(approver)]
    make_member(approver, listing.items.get().case.application.enterprise)
    assert hear() == [str(city.admin)]
    make.appoint(other, run.office, "handler", by=city.admin, reason="增加人手")
    assert hear() == ["另一位"]


def test_a_new_objection_is_told_to_handlers_and_deputies_and_extends_nothing(
    shown: tuple[make.City, List],
) -> None:
    city, listing = shown
    run, notice = make.list_run(listing), publicity.running(listing)
    assert notice is not None
    before = (notice.last_day, run.due_on, listing.due_on)
    deputy = city.person(run.office, "reviewer")
    handler = lend(city, run, "handler", deputy)
    row = taken(listing)
    told = Notice.objects.filter(key=f"objection:{row.public_id}").order_by("pk")
    assert [(n.user, n.title) for n in told.select_related("user")] == [
        (handler, f"收到异议：{listing.title}"),
        (deputy, f"收到异议：{listing.title}（代{handler}）"),
    ]
    said = "".join(told.values_list("text", flat=True)) + "".join(
        OutboxMail.objects.filter(key__startswith="objection:").values_list("body", flat=True)
    )
    assert [word in said for word in ("示例反映人", "业绩不实", CONTACT)] == [False] * 3
    listing.refresh_from_db()
    notice.refresh_from_db()
    assert (notice.last_day, make.list_run(listing).due_on, listing.due_on) == before


def test_the_answer_is_recorded_with_the_finding_or_after_it(
    shown: tuple[make.City, List], as_user: Any
) -> None:
    city, listing = shown
    with_finding, after = taken(listing), taken(listing)
    client, today = as_user(officer(city, listing)), timezone.localdate()
    told = {"answered_on": today.isoformat(), "answered_way": "phone"}
    assert client.post(at("list-objection-answer", listing, after), told).status_code == 409
    found = {"upheld": "no", "finding": "经核实业绩属实。"}
    late = told | {"answered_on": (today + timedelta(days=1)).isoformat()}
    address = at("list-objection", listing, with_finding)
    assert client.post(address, found | late).status_code == 422
    assert Objection.objects.get(pk=with_finding.pk).state == "open"
    assert client.post(address, found | told).status_code == 302
    assert client.post(at("list-objection", listing, after), found).status_code == 302
    assert client.post(at("list-objection-answer", listing, after), told).status_code == 302
    for row in (with_finding, after):
        row.refresh_from_db()
        assert (row.state, row.answered_on, row.answered_way) == ("unfounded", today, "phone")
    page = client.get(reverse("reviews:list", args=[listing.public_id])).content.decode()
    assert page.count("已答复反映人（") == 2
    with pytest.raises(DomainError, match="已登记于"):
        objections.answer_objector(after, Answer(today, "letter"), by=officer(city, listing))


def test_whoever_objected_gets_a_number_and_looks_up_the_outcome_with_it(
    shown: tuple[make.City, List], client: Client
) -> None:
    city, listing = shown
    notice = publicity.running(listing)
    assert notice is not None
    form = reverse("reviews:objection", args=[notice.public_id])
    post = {"item": listing.items.get().pk, "name": "示例反映人", "contact": CONTACT,
            "text": "业绩不实", "true_name": "on"}  # fmt: skip
    receipt = client.post(form, post, follow=True).content.decode()
    row = Objection.objects.get()
    assert f"<strong>{row.number}</strong>" in receipt
    other = Client().get(reverse("reviews:objection-received", args=[notice.public_id]))
    assert (other.status_code, other.headers["Location"]) == (302, reverse(LOOKUP))
    assert "<dd>已受理</dd>" in asked(client, row.number.lower(), "138-0000 0009")[1]
    objections.open_contact(row, by=officer(city, listing), reason="电话核实所反映情况")
    assert "<dd>核实中</dd>" in asked(client, row.number, CONTACT)[1]
    by_phone = Answer(timezone.localdate(), "phone")
    objections.decide_objection(row, upheld=False, finding="内部核实经过", answer=by_phone,
                                by=officer(city, listing))  # fmt: skip
    status, page = asked(client, row.number, CONTACT)
    assert (status, "<dd>已有结论</dd>" in page) == (200, True)
    assert "经核实，您反映的情况不成立。" in page
    assert "以电话方式答复您" in page
    hidden = (
        "内部核实经过",
        "业绩不实",
        "示例反映人",
        listing.items.get().case.application.unit_name,
    )
    assert [word in page for word in hidden] == [False] * 4


def test_what_is_sent_once_more_is_the_objection_that_was_taken(
    shown: tuple[make.City, List],
) -> None:
    _, listing = shown

    def send(**changes: Any) -> Objection:
        said = {"name": "示例反映人", "contact": CONTACT, "text": "业绩不实", **changes}
        return objections.object_to(listing.items.get(), **said)

    proof = make.paper_file
    first, with_proof = send(), send(evidence=proof())
    assert [send().pk, send(evidence=proof()).pk] == [first.pk, with_proof.pk]
    others = [send(text="另有情况"), send(contact="13800000008"), send(name="另一人")]
    assert len({row.pk for row in (first, with_proof, *others)}) == 5
    assert Notice.objects.filter(title__startswith="收到异议").count() == 5


def test_a_wrong_number_and_a_wrong_contact_are_answered_alike_and_few_times(
    shown: tuple[make.City, List], client: Client
) -> None:
    row = taken(shown[1])
    wrong = asked(client, row.number, "13800000008")
    assert wrong[0] == 422
    assert "没有查到" in wrong[1]
    assert asked(client, "YY20200101000000", CONTACT)[0] == 422
    for number in ("", "%", row.number[:-1]):
        assert asked(client, number, CONTACT)[0] == 422
    late = client.post(reverse(LOOKUP), {"number": row.number, "contact": CONTACT})
    assert (late.status_code, 0 < int(late.headers["Retry-After"]) <= 3600) == (429, True)


def test_holding_the_item_shows_the_objector_that_it_is_looked_into(
    shown: tuple[make.City, List],
) -> None:
    city, listing = shown
    row = taken(listing)
    objections.hold_objected(listing.items.get(), by=officer(city, listing), reason="核实需时")
    row.refresh_from_db()
    assert row.taken_up_at is not None


def test_the_page_of_a_list_asks_as_often_however_many_objections(
    shown: tuple[make.City, List], as_user: Any
) -> None:
    city, listing = shown
    client = as_user(officer(city, listing))
    address = reverse("reviews:list", args=[listing.public_id])
    counts = []
    for _ in range(3):
        taken(listing)
        with CaptureQueriesContext(connection) as asked_for:
            client.get(address)
        counts.append(len(asked_for))
    assert counts[1] == counts[2]


def test_nobody_of_a_unit_on_the_list_reads_or_decides_an_objection(
    shown: tuple[make.City, List], as_user: Any
) -> None:
    city, listing = shown
    item, user = listing.items.get(), officer(city, listing)
    row = objections.object_to(item, name="示例反映人", contact=CONTACT, text="业绩不实",
                               evidence=make.paper_file("证据.pdf"))  # fmt: skip
    client, page = as_user(user), reverse("reviews:list", args=[listing.public_id])
    evidence, decide = at("list-evidence", listing, row), at("list-objection", listing, row)
    assert "示例反映人" in client.get(page).content.decode()
    assert b"".join(client.get(evidence))[:5] == b"%PDF-"
    make_member(user, item.case.application.enterprise)
    assert [client.get(address).status_code for address in (page, evidence)] == [404, 404]
    assert client.post(decide, {"upheld": "no", "finding": "不属实"}).status_code == 404
    for act in (
        lambda: objections.hold_objected(item, by=user, reason="核实"),
        lambda: objections.object_to(item, name="甲", contact="1", text="乙", by=user),
        lambda: publicity.withdraw(listing.publicities.get(), by=user, reason="有误"),
        lambda: publicity.close(listing, by=user),
    ):
        with pytest.raises(DomainError, match="应当回避"):
            act()
    row.refresh_from_db()
    assert (row.state, row.finding) == ("open", "")


def test_everything_missing_in_an_objection_is_said_at_once_and_does_not_use_up_the_limit(
    shown: tuple[make.City, List], client: Client
) -> None:
    notice = publicity.running(shown[1])
    assert notice is not None
    form = reverse("reviews:objection", args=[notice.public_id])
    for _ in range(6):
        answer = client.post(form, {"text": "业绩不实"})
    assert answer.status_code == 422
    fields = [line["href"] for line in answer.context["errors"]]
    assert fields == ["#item", "#name", "#contact", "#true_name"]
    whole = {"item": shown[1].items.get().pk, "contact": CONTACT, "text": "业绩不实",
             "true_name": "on"}  # fmt: skip
    longest = client.post(form, whole | {"name": "䶮" * 61})
    assert [line["href"] for line in longest.context["errors"]] == ["#name"]
    assert client.post(form, whole | {"name": "䶮" * 60}).status_code == 302
    assert Objection.objects.get().name == "䶮" * 60


def test_what_was_typed_about_an_objection_stays_where_it_was_typed(
    shown: tuple[make.City, List], as_user: Any
) -> None:
    city, listing = shown
    row = taken(listing)
    client = as_user(officer(city, listing))
    found = client.post(at("list-objection", listing, row), {"finding": "经核实业绩属实。"})
    assert found.context["errors"] == [
        {"text": "请选择核实结果：异议成立或者不成立。", "href": f"#objection-{row.pk}-upheld"}
    ]
    assert ">经核实业绩属实。</textarea>" in found.content.decode()
    paper = client.post(
        reverse("reviews:list-objections", args=[listing.public_id]),
        {"item": listing.items.get().pk, "name": "示例来信人", "contact": CONTACT, "text": "来信"},
    )
    assert paper.context["errors"] == [{"text": "请填写收到日期。", "href": "#enter-received_on"}]
    assert (
        '<input class="form-control" type="text" id="enter-name" name="name" value="示例来信人">'
    ) in paper.content.decode()
    item = listing.items.get()
    address = reverse("reviews:list-item", args=[listing.public_id, item.pk])
    held = client.post(address, {"do": "hold_objected"})
    assert held.context["errors"] == [
        {"text": "请写明暂缓的理由。", "href": f"#item-{item.pk}-reason"}
    ]
    assert Objection.objects.get().state == "open"


def test_the_form_names_what_is_shown_by_what_the_notice_shows_and_by_nothing_else(
    shown: tuple[make.City, List], client: Client
) -> None:
    _, listing = shown
    item, notice = listing.items.get(), listing.publicities.get()
    application = item.case.application
    page = reverse("reviews:objection", args=[notice.public_id])
    assert f"{application.studio_name} · {application.unit_name}" in client.get(page).text
    notice.rows = [{"item": str(item.pk), "leader_name": application.leader_name}]
    notice.save()
    text = client.get(page).text
    assert (application.leader_name in text, application.unit_name in text) == (True, False)
