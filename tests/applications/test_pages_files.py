"""Papers: the matrix of people and documents, hostile files, ticks, serving."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applications.interfaces.checklist import ORIGINAL
from applications.models import Application, Attachment
from applications.queries import answers_of
from jurisdictions.models import Round
from jurisdictions.queries import policy_of
from portal.accounts.models import User
from tests.applications.factories import call, publish_city
from tests.applications.pages import CITY, at, begun, quickly_filled
from tests.portal.common import hostile

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_() -> Round:
    return call(publish_city(CITY))


@pytest.fixture
def alices(alice: User, round_: Round) -> Application:
    return begun(alice, round_)


def upload(
    client: Client,
    application: Application,
    material: str,
    content: bytes,
    name: str,
    row: str = "",
) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(at("file_add", application, material), {"file": file, "row": row})


def card(page: Any, material: str) -> dict[str, Any]:
    return next(c for c in page.context["cards"] if c["id"] == f"mat-{material}")


def test_a_file_is_taken_and_listed_at_its_place(
    as_user: Any, alices: Application, alice: User
) -> None:
    client = as_user(alice)
    answer = upload(client, alices, "licence", hostile.jpeg(), "执照.jpg")
    assert answer.status_code == 302
    assert answer["Location"] == at("files", alices) + "#mat-licence-all"
    page = client.get(at("files", alices))
    lines = card(page, "licence")["cells"][0]["files"]
    assert [line["label"] for line in lines] == ["执照.jpg"]
    assert "必传" not in card(page, "approval")["required"]
    assert card(page, "approval")["tag"] == "不必另交"


@pytest.mark.parametrize(
    "item", hostile.corpus()[:40:4], ids=lambda item: f"{item.code}-{item.name}"
)
def test_a_hostile_file_is_refused_in_plain_words_and_nothing_is_lost(
    as_user: Any, alices: Application, alice: User, item: hostile.Hostile
) -> None:
    client = as_user(alice)
    upload(client, alices, "licence", hostile.jpeg(), "执照.jpg")
    answer = upload(client, alices, "licence", item.content, item.name)
    assert answer.status_code == 422
    cell = card(answer, "licence")["cells"][0]
    assert len(cell["errors"]) == 1
    assert "。" in cell["errors"][0]
    assert [line["label"] for line in cell["files"]] == ["执照.jpg"]
    assert Attachment.objects.count() == 1


def test_an_empty_choice_is_named(as_user: Any, alices: Application, alice: User) -> None:
    answer = as_user(alice).post(at("file_add", alices, "licence"), {"row": ""})
    assert answer.status_code == 422
    assert "请先选择文件" in answer.content.decode()


def test_each_member_has_a_place_for_each_document(
    as_user: Any, alice: User, round_: Round
) -> None:
    application = quickly_filled(alice, round_)
    page = as_user(alice).get(at("files", application))
    labels = [cell["label"] for cell in card(page, "id_copies")["cells"]]
    assert labels[0] == "领办人 示例张建疆"
    assert labels[1].endswith("示例李红梅")
    assert len(labels) == 3
    assert len(card(page, "award_copies")["cells"]) == 1


def test_a_row_that_does_not_exist_takes_no_file(
    as_user: Any, alices: Application, alice: User
) -> None:
    answer = upload(as_user(alice), alices, "id_copies", hostile.jpeg(), "身份证.jpg", row="nobody")
    assert answer.status_code == 404
    assert Attachment.objects.count() == 0


def test_files_of_a_deleted_row_are_shown_for_removal(
    as_user: Any, alice: User, round_: Round
) -> None:
    application = quickly_filled(alice, round_)
    team = application.sections.get(section="team")
    team.answers = {"team": answers_of(application)["team"][:1]}
    team.save()
    page = as_user(alice).get(at("files", application))
    assert len(card(page, "id_copies")["stray"]) == 1


def test_a_file_is_served_to_those_who_may_see_it(
    as_user: Any, alices: Application, alice: User, bob: User
) -> None:
    client = as_user(alice)
    upload(client, alices, "licence", hostile.jpeg(), "执照.jpg")
    file = Attachment.objects.get()
    for name in ("file_preview", "file_download"):
        answer = client.get(at(name, alices, file.public_id))
        assert answer.status_code == 200
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
        assert as_user(bob).get(at(name, alices, file.public_id)).status_code == 404
    for name in ("file_remove", "file_confirm"):
        assert as_user(bob).post(at(name, alices, file.public_id)).status_code == 404


def test_a_file_of_another_filing_is_not_reached_through_ones_own(
    as_user: Any, alices: Application, alice: User, bob: User, round_: Round
) -> None:
    upload(as_user(alice), alices, "licence", hostile.jpeg(), "执照.jpg")
    file = Attachment.objects.get()
    bobs = begun(bob, round_)
    client = as_user(bob)
    assert client.get(at("file_download", bobs, file.public_id)).status_code == 404
    assert client.post(at("file_remove", bobs, file.public_id)).status_code == 404
    file.refresh_from_db()
    assert file.removed_at is None


def test_a_removed_file_is_gone_from_the_list(
    as_user: Any, alices: Application, alice: User
) -> None:
    client = as_user(alice)
    upload(client, alices, "licence", hostile.jpeg(), "执照.jpg")
    file = Attachment.objects.get()
    assert client.post(at("file_remove", alices, file.public_id)).status_code == 302
    assert card(client.get(at("files", alices)), "licence")["cells"][0]["files"] == []
    assert client.get(at("file_download", alices, file.public_id)).status_code == 404


def test_parts_of_a_paper_are_ticked_per_file(
    as_user: Any, alices: Application, alice: User
) -> None:
    client = as_user(alice)
    upload(client, alices, "report", hostile.blank_pdf(2), "申报报告.pdf")
    file = Attachment.objects.get()
    client.post(at("file_confirm", alices, file.public_id), {"tick": ["part:name", "part:none"]})
    file.refresh_from_db()
    assert file.confirmed == ["part:name"]
    line = card(client.get(at("files", alices)), "report")["cells"][0]["files"][0]
    assert [tick["checked"] for tick in line["ticks"]] == [True, False, False, False, False, False]


def test_the_measured_length_stands_beside_the_rule(as_user: Any, alice: User) -> None:
    round_ = call(publish_city("yuzhong"))
    application = begun(alice, round_)
    limited = [m for m in page_cards(as_user, alice, application) if "篇幅" in m["rule"]]
    assert limited
    material = limited[0]["id"].removeprefix("mat-")
    upload(as_user(alice), application, material, hostile.blank_pdf(1), "事迹.pdf")
    again = next(m for m in page_cards(as_user, alice, application) if m["id"] == limited[0]["id"])
    line = again["cells"][0]["files"][0]
    assert "扫描件量不出字数" in line["bad"] or "实测" in line["meta"]


def page_cards(as_user: Any, user: User, application: Application) -> list[dict[str, Any]]:
    cards: list[dict[str, Any]] = as_user(user).get(at("files", application)).context["cards"]
    return cards


def test_copies_are_confirmed_one_by_one_and_stop_the_submit_until_then(
    as_user: Any, alice: User
) -> None:
    city = "rongchang"
    application = quickly_filled(alice, call(publish_city(city)), city)
    client = as_user(alice)
    items = policy_of(application.ruleset).procedure(application.procedure).materials
    asked = {item.id: item.title for item in items if item.confirms}
    files = list(application.attachments.filter(material__in=asked))
    assert len(files) > 1
    page = client.get(at("check", application))
    told = [stop["text"] for stop in page.context["stops"]]
    assert len(told) == len({file.material for file in files})
    first = f"“{asked[files[0].material]}”"
    assert next(text for text in told if first in text).endswith("没有确认此件与原件相符")
    assert "提交申报</button>" not in page.content.decode()
    for file in files:
        sent = client.post(
            at("file_confirm", application, file.public_id),
            {"tick": ORIGINAL},
            headers={"X-Requested-With": "fetch"},
        )
        assert sent.status_code == 204
    page = client.get(at("check", application))
    assert page.context["stops"] == []
    assert "提交申报</button>" in page.content.decode()
