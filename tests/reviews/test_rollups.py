"""推荐汇总表: each recommending office signs one table before anything goes up."""

from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.common.errors import DomainError
from reviews.domain import rollups
from reviews.models import Case, RollUp, RollUpLine
from reviews.queries import visible_cases
from tests.jurisdictions.interfaces.sheets import text_of
from tests.reviews import factories as make
from tests.reviews import lagoon as there

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def city() -> make.City:
    return there.lagoon()


def address(case: Case, name: str = "rollup", **more: int) -> str:
    return reverse(f"reviews:{name}", kwargs={"case_id": case.public_id, **more})


def test_nothing_goes_up_before_it_stands_on_a_signed_table(city: make.City) -> None:
    case = there.filed(city, 0)
    there.propose(city, case)
    with pytest.raises(DomainError, match="还没有列入签署的首席技师推荐汇总表"):
        make.pass_check(city, make.run_of(case))
    above = city.person(city.office("bureau"))
    assert not visible_cases(above).filter(pk=case.pk).exists()
    there.sign_table(city, case)
    make.pass_check(city, make.run_of(case))
    assert make.run_of(case).stage == "review"
    assert visible_cases(above).filter(pk=case.pk).exists()


def test_each_office_has_a_table_of_its_own_rows(city: make.City) -> None:
    one, two, other, waiting = (
        there.filed(city, n, "院校" if n == 2 else "企业") for n in range(4)
    )
    for case in (one, two, other):
        there.propose(city, case)
    row = there.sign_table(city, one)
    assert row.heads == ["申报编号", "申报单位", "人选", "职业（工种）", "职业资格或职业技能等级",
                         "单位内部公示截止日"]  # fmt: skip
    assert [line[2:5] for line in row.rows] == [
        ["示例人甲", "焊工", "技师"], ["示例人乙", "焊工", "技师"],
    ]  # fmt: skip
    on_table = set(row.lines.values_list("run__case", flat=True))
    assert on_table == {one.pk, two.pk}
    assert there.sign_table(city, other).rows[0][2] == "示例人丙"
    # Whoever is proposed later stands on a second table.
    there.propose(city, waiting)
    assert [line[2] for line in there.sign_table(city, waiting).rows] == ["示例人丁"]


def test_a_table_that_changed_since_it_was_printed_is_not_taken(city: make.City) -> None:
    one, two = there.filed(city, 0), there.filed(city, 1)
    there.propose(city, one)
    run = make.run_of(one)
    printed = rollups.table_of(run, make.stage_shape(city, run)).digest
    there.propose(city, two)
    with pytest.raises(DomainError, match="拟推荐的件已有变动，请重新打印汇总表"):
        there.sign_table(city, one, digest=printed)
    with pytest.raises(DomainError, match="日期不能晚于今天"):
        there.sign_table(city, one, signed_on="2099-01-01")
    assert RollUp.objects.count() == 0


def test_an_empty_table_and_a_stranger_are_refused(city: make.City) -> None:
    case = there.filed(city, 0)
    with pytest.raises(DomainError, match="还没有拟推荐的件"):
        there.sign_table(city, case)
    there.propose(city, case)
    with pytest.raises(DomainError, match="在岗"):
        there.sign_table(city, case, by=city.person(city.office("bureau")))


def test_a_passage_stands_on_one_table_only(city: make.City) -> None:
    case = there.filed(city, 0)
    there.propose(city, case)
    row = there.sign_table(city, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        RollUpLine.objects.create(table=row, run=make.run_of(case))


def test_a_refusal_needs_no_table(city: make.City) -> None:
    case = there.filed(city, 0)
    make.sign_all(city, make.run_of(case), outcome="refuse", opinion="材料不实")
    assert Case.objects.get(pk=case.pk).state == "closed"


def test_the_office_prints_uploads_and_those_above_read(city: make.City, as_user: Any) -> None:
    case = there.filed(city, 0)
    there.propose(city, case)
    client = as_user(city.person(make.run_of(case).office))
    assert (
        address(case) in client.get(reverse("reviews:case", args=[case.public_id])).content.decode()
    )
    page = client.get(address(case))
    assert "示例人甲" in page.content.decode()
    paper = client.get(address(case, "rollup-paper"))
    printed = text_of(paper.getvalue())
    assert ("首席技师推荐汇总表" in printed, "共1件。" in printed) == (True, True)
    # Across the page: a table of many columns would be crushed in the lines of a letter.
    with pikepdf.open(BytesIO(paper.getvalue())) as sheet:
        _, _, width, height = (float(side) for side in sheet.pages[0].mediabox)
    assert width > height
    # The number of a filing is not broken over lines.
    assert Case.objects.get().application.number in printed
    given = {"digest": page.context["table"].digest, "signed_on": timezone.localdate().isoformat()}
    assert client.post(address(case), given).status_code == 422
    signed = SimpleUploadedFile("汇总表.pdf", make.paper_file().read())
    assert client.post(address(case), {**given, "file": signed}).status_code == 302
    row = RollUp.objects.get()
    make.pass_check(city, make.run_of(case))
    client = as_user(city.person(city.office("bureau")))
    above = client.get(address(case))
    assert above.context["table"] is None
    assert row.title in above.content.decode()
    kept = client.get(address(case, "rollup-file", table_id=row.pk))
    assert kept.status_code == 200
    assert kept.getvalue().startswith(b"%PDF")
    assert client.get(address(case, "rollup-paper")).status_code == 403


def test_a_wrong_copy_is_set_aside_and_another_takes_its_place(
    city: make.City, as_user: Any
) -> None:
    case = there.filed(city, 0)
    there.propose(city, case)
    wrong = there.sign_table(city, case)
    client = as_user(city.person(make.run_of(case).office))
    assert client.post(address(case, "rollup-void", table_id=wrong.pk)).status_code == 422
    given = {"reason": "扫描件缺一页"}
    stranger = as_user(city.person(city.office("bureau")))
    at = address(case, "rollup-void", table_id=wrong.pk)
    assert stranger.post(at, given).status_code == 404
    assert client.post(at, given).status_code == 302
    assert "扫描件缺一页" in client.get(address(case)).content.decode()
    assert client.post(at, given).status_code == 409
    with pytest.raises(DomainError, match="还没有列入签署的首席技师推荐汇总表"):
        make.pass_check(city, make.run_of(case))
    right = there.sign_table(city, case)
    assert list(right.lines.values_list("run__case", flat=True)) == [case.pk]
    make.pass_check(city, make.run_of(case))
    with pytest.raises(DomainError, match="表中已有件转入下一环节"):
        rollups.void(right, by=city.person(right.office), reason="写错了")
