"""The official sheet through our code, against bare WeasyPrint on the same page."""

import os
from pathlib import Path

import pytest
import weasyprint
from django.conf import settings
from weasyprint.text.fonts import FontConfiguration

from jurisdictions.engine.cases import flatten
from jurisdictions.engine.policy import load_policy
from jurisdictions.interfaces.sheet import build_sheet, render_sheet
from portal.common.fonts import use_project_fonts
from tests.applications.factories import FIXTURES, sample
from tests.bench.measure import ratio, report


@pytest.mark.parametrize("city", ["urumqi", "yuzhong"])
def test_a_sheet_costs_little_more_than_bare_weasyprint(city: str) -> None:
    policy, _ = load_policy(FIXTURES / f"{city}.yaml")
    given = sample(city)
    answers, day = flatten(given["answers"]), given["ref_date"]
    use_project_fonts()
    fonts = FontConfiguration()
    drawn = build_sheet(policy, "establish", answers, filed_on=day, ref_date=day)
    style = weasyprint.CSS(filename=str(drawn.stylesheets[0]), font_config=fonts)
    base = str(Path(settings.BASE_DIR)) + os.sep

    def bare() -> None:
        page = weasyprint.HTML(string=drawn.html, base_url=base)
        page.write_pdf(
            stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-2a", pdf_tags=True
        )

    def ours() -> None:
        render_sheet(policy, "establish", answers, filed_on=day, ref_date=day)

    report(f"申报表（{city}）/ 裸 WeasyPrint", ratio(ours, bare), 1.15)
