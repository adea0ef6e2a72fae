"""Makes filings for the tests of sheets: every printed field with a value of its own."""

import io
import re
import subprocess
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings

from jurisdictions.engine.facts import Filing, build_facts
from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.interfaces.answers import load_answers, split_sealed
from jurisdictions.interfaces.sheet import render_sheet
from jurisdictions.interfaces.sheet_page import SheetPage

CITIES = ("yuzhong", "rongchang", "ziyang", "urumqi", "chaoyang")
FIXTURES = Path(settings.BASE_DIR) / "fixtures"
ESTABLISH = "establish"
FILED, REFERENCE = date(2026, 7, 20), date(2026, 7, 31)
#: Types whose content is free enough to carry a mark of its own.
_MARKED = {"text", "long_text"}


@lru_cache(maxsize=8)
def policy_of(city: str) -> Policy:
    return load_policy(FIXTURES / f"{city}.yaml")[0]


def complete(city: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The complete filing of a city: answers and plain sealed values."""
    answers = load_answers(FIXTURES / city / "cases" / "_complete.yaml")
    return split_sealed(policy_of(city).catalogue, answers)


def marked(city: str) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """The complete filing with a mark in each printed free text; and the marks."""
    policy = policy_of(city)
    answers, sealed = complete(city)
    form = policy.procedure(ESTABLISH).form
    marks: list[str] = []
    uses = [use for section in form.sections for use in section.fields]
    for use in uses:
        definition = policy.catalogue.fields[use.field]
        if use.printed and not use.computed and definition.type in _MARKED and use.field in answers:
            marks.append(f"标记{len(marks):03d}")
            answers[use.field] = marks[-1]
    for section in form.sections:
        for table in section.tables:
            _mark_table(policy, table, answers, marks)
    return answers, sealed, marks


def _mark_table(policy: Policy, table: Any, answers: dict[str, Any], marks: list[str]) -> None:
    columns = policy.catalogue.tables[table.table].columns
    printed = [use.column for use in table.columns if use.printed]
    rows = [dict(row) for row in answers.get(table.table, [])]
    for row in rows:
        for name in printed:
            if columns[name].type in _MARKED:
                marks.append(f"标记{len(marks):03d}")
                row[name] = marks[-1]
    if rows:
        answers[table.table] = rows


def members(city: str, count: int) -> list[dict[str, Any]]:
    """So many rows for the team, made from those of the complete filing, each named apart."""
    rows = complete(city)[0]["team"]
    return [
        {**rows[index % len(rows)], "name": f"成员{chr(0x4E00 + 40 * index)}", "row_id": str(index)}
        for index in range(count)
    ]


def page_of(
    city: str, answers: dict[str, Any], sealed: dict[str, str], day: date = REFERENCE
) -> SheetPage:
    """A filing as the tags see it."""
    policy = policy_of(city)
    return SheetPage(
        policy=policy, code=ESTABLISH, answers=answers, sealed=sealed, entries=(), filed_on=FILED,
        facts=build_facts(policy, ESTABLISH, Filing(answers, day)),
    )  # fmt: skip


def pdf_of(city: str, answers: dict[str, Any], **options: Any) -> bytes:
    options = {"filed_on": FILED, "ref_date": REFERENCE, **options}
    return render_sheet(policy_of(city), ESTABLISH, answers, **options).content


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def text_of(pdf: bytes, *switches: str) -> str:
    """What a reader can select and search in a PDF, without white space."""
    found = subprocess.run(
        ["pdftotext", *switches, "-", "-"], input=pdf, capture_output=True, check=True
    )
    return squeeze(found.stdout.decode("utf-8"))


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def words_of(html: str) -> str:
    """The text of a page without tags and white space."""
    return squeeze(re.sub(r"<[^>]*>", "", html))
