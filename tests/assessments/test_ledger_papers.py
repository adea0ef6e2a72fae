"""Papers about the money go from the ledger into the assessment that asks for them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.domain import submission
from applications.models import Application, Studio
from applications.queries import files_of
from assessments.domain import ledger_papers
from assessments.models import KeptFile
from portal.common.pdf import render_pdf
from portal.common.xlsx import write_xlsx
from tests.assessments import assessed as way
from tests.assessments.factories import member_of
from tests.reviews import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def studio() -> Studio:
    return way.studio_in(make.make_city("ziyang"))


def brought(application: Application) -> dict[str, str]:
    """Material and file name of what a draft holds."""
    return {file.material: file.name for file in files_of(application)}


@pytest.mark.clause("ziyang-14-1", "ziyang-14-2")
def test_what_the_ledger_holds_when_the_assessment_opens_is_in_its_checklist(
    studio: Studio,
) -> None:
    unit = member_of(studio)
    for part in ("audit", "self_evaluation"):
        _, drafts = ledger_papers.store(
            studio, make.paper_file(f"{part}.pdf"), by=unit, title="", part=part
        )
        assert drafts == []
    application = way.opened(studio)
    assert brought(application) == {
        "need_audit": "audit.pdf", "need_self_evaluation": "self_evaluation.pdf",
    }  # fmt: skip
    assert {file.uploaded_by for file in files_of(application)} == {unit}


def test_what_is_stored_later_goes_along_until_the_assessment_is_handed_in(
    studio: Studio, as_user: Any
) -> None:
    unit, application = member_of(studio), way.opened(studio)
    address = reverse("assessments:ledger_paper", args=[studio.public_id, "audit"])
    sent = as_user(unit).post(address, {"upload": make.paper_file("审计.pdf")}, follow=True)
    (said,) = [str(message) for message in sent.context["messages"]]
    assert said.endswith("已存入，并已放入正在填报的考核材料。")
    assert brought(application) == {"need_audit": "审计.pdf"}
    way.write(application, way.self_scores(application), unit)
    ledger_papers.store(studio, make.paper_file("自评.pdf"), by=unit, title="",
                        part="self_evaluation")  # fmt: skip
    submission.submit(application, by=unit, idempotency_key=studio.public_id)
    other = SimpleUploadedFile("补充.pdf", render_pdf("<p>补充审计</p>", title="补充").content)
    sent = as_user(unit).post(address, {"upload": other}, follow=True)
    (said,) = [str(message) for message in sent.context["messages"]]
    assert (said.endswith("报告”已存入。"), KeptFile.objects.count()) == (True, 3)
    assert brought(application)["need_audit"] == "审计.pdf"


def test_a_kind_of_file_that_the_checklist_does_not_take_stays_in_the_ledger(
    studio: Studio,
) -> None:
    unit, application = member_of(studio), way.opened(studio)
    book = SimpleUploadedFile("审计.xlsx", write_xlsx("表", [("a", "列", 20)], []))
    kept, drafts = ledger_papers.store(studio, book, by=unit, title="", part="audit")
    assert (kept.file_name, drafts, brought(application)) == ("审计.xlsx", [], {})
