"""Sample filings made by driving the real code: for demonstrations and tests.

A sample is a file of answers and materials as the policy cases use (``_complete.yaml``).
"""

import io
import uuid
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw

from applications.domain import attachments, drafts
from applications.models import Application
from applications.queries import LEADER_ROW, answers_of
from jurisdictions.engine.cases import flatten, material_fact
from jurisdictions.engine.facts import MaterialFact
from jurisdictions.queries import policy_of
from jurisdictions.schema.forms import Section
from jurisdictions.schema.materials import Material
from portal.common.files import CheckedFile, check_upload
from portal.common.pdf import render_pdf

DECLARATIONS = "declarations"


def form_sections(application: Application) -> list[Section]:
    """Sections of the form, the declarations as the last of them."""
    form = policy_of(application.ruleset).procedure(application.procedure).form
    last = Section(id=DECLARATIONS, title="申报承诺", fields=form.declarations)
    return [*form.sections, *([last] if form.declarations else [])]


def fill(application: Application, sample: Mapping[str, Any], *, by: Any) -> None:
    """Fill a draft with a sample: every section saved, every material uploaded."""
    answers = flatten(sample.get("answers", {}))
    for section in form_sections(application):
        raw = {
            use.field: plain(answers[use.field]) for use in section.fields if use.field in answers
        }
        for table in section.tables:
            raw[table.table] = [_row(row) for row in answers.get(table.table, [])]
        held = application.sections.filter(section=section.id).first()
        drafts.save_section(application, section, raw, version=held.version if held else 0, by=by)
    policy = policy_of(application.ruleset)
    given = sample.get("materials", {})
    for item in policy.procedure(application.procedure).materials:
        if given.get(item.id):
            _upload(application, item, material_fact(given[item.id]), by=by)


def plain(value: Any) -> Any:
    """A YAML value as answers hold it: days as ISO text, numbers as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or value is None:
        return value
    return str(value) if isinstance(value, int | float) else value


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    cells = {name: plain(cell) for name, cell in row.items()}
    return {"row_id": uuid.uuid4().hex[:12], **cells}


def _upload(application: Application, item: Material, fact: MaterialFact, *, by: Any) -> None:
    rows: list[str] = []
    if item.per_row is not None:
        stored = answers_of(application).get(item.per_row.table, [])
        for index, row in enumerate(stored):
            rows += [str(row["row_id"])] * fact.rows.get(str(index), 0)
    rows += [LEADER_ROW] * fact.person
    rows += [""] * max(fact.count - len(rows), 0)
    for number, row in enumerate(rows, 1):
        checked = sample_file("pdf" if "pdf" in item.kinds else "jpg", fact.words)
        name = f"{item.title[:30]}（示例{number}）.{checked.kind}"
        attachments.keep(
            application, item, checked, name=name, by=by, row=row, confirmed=item.confirms
        )


@lru_cache(maxsize=32)
def sample_file(kind: str, words: int | None) -> CheckedFile:
    """A real file that passed the checks: a PDF with so many 字, or a picture.

    Made once per process: every sample material is the same paper, said to be one.
    """
    content = _picture() if kind == "jpg" else _paper(words)
    upload = io.BytesIO(content)
    return check_upload(upload, name=f"示例.{kind}", allowed=frozenset({kind}))


def _paper(words: int | None) -> bytes:
    text = "示" * words if words else "演示材料，非真实文件。"
    return render_pdf(f"<html lang='zh-CN'><body><p>{text}</p></body></html>", title="示例").content


def _picture() -> bytes:
    picture = Image.new("RGB", (1200, 800), (238, 242, 248))
    ImageDraw.Draw(picture).rectangle((40, 40, 1160, 760), outline=(20, 70, 150), width=6)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    return buffer.getvalue()
