"""The filing as an officer reads it: in form order, changed answers as old and new."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

from applications.interfaces.summary import shown
from applications.models import Application, Attachment, Submission
from jurisdictions.engine.facts import Facts
from jurisdictions.engine.formcheck import holds
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.values import show_value
from jurisdictions.interfaces.readers import computed_name
from jurisdictions.schema.forms import Section, TableUse
from portal.common.templatetags.portal_ui import file_size
from reviews.domain.corrections import targets_of
from reviews.models import Case

_WIDE_TYPES = frozenset({"long_text", "declaration", "choices"})
_WIDE_FROM = 40
REVEAL_FORM = "reveal"


def sections_of(
    case: Case,
    policy: Policy,
    facts: Facts,
    submission: Submission,
    previous: Submission | None,
    flagged: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Sections with rows and tables.

    Args:
        case: whose filing.
        policy: the version.
        facts: facts of the submission, for what is visible.
        submission: what is read.
        previous: the submission before it, for old and new.
        flagged: targets that are flagged, with their notes.
    """
    procedure = case.application.procedure
    form = policy.procedure(procedure).form
    shown = [s for s in form.sections if holds(policy, procedure, s.when, facts)]
    if form.declarations:
        shown.append(Section(id="declarations", title="申报承诺", fields=form.declarations))
    reader = _Reader(case, policy, facts, submission.answers,
                     previous.answers if previous else {}, flagged)  # fmt: skip
    return [
        {
            "id": f"s-{section.id}",
            "title": section.title,
            "rows": reader.rows(section),
            "tables": [reader.table(use) for use in section.tables if reader.visible(use)],
        }
        for section in shown
    ]


class _Reader:
    """Reads one submission against the one before it."""

    def __init__(
        self,
        case: Case,
        policy: Policy,
        facts: Facts,
        answers: Mapping[str, Any],
        before: Mapping[str, Any],
        flagged: Mapping[str, str],
    ) -> None:
        self.case, self.policy, self.facts = case, policy, facts
        self.answers, self.before, self.flagged = answers, before, flagged

    def visible(self, use: Any) -> bool:
        """Whether a field or table is asked of these answers."""
        return holds(self.policy, self.case.application.procedure, use.when, self.facts)

    def rows(self, section: Section) -> list[dict[str, Any]]:
        """Scalar answers of a section."""
        return [self.row(use) for use in section.fields if self.visible(use)]

    def row(self, use: Any) -> dict[str, Any]:
        """One answer."""
        definition = self.policy.catalogue.fields.get(use.field)
        now, old = self.answers.get(use.field), self.before.get(use.field)
        value = self.shown(definition, now) or self.worked_out(use, definition)
        changed = bool(self.before) and now != old
        kind = definition.type if definition else ""
        return {
            "label": use.label or (definition.label if definition else use.field),
            "value": value,
            "old": (self.shown(definition, old) or "（空）") if changed else None,
            "name": use.field,
            "wide": kind in _WIDE_TYPES or len(value) > _WIDE_FROM,
            "flagged": use.field in self.flagged,
            "reveal": self.reveal(use.field, now),
        }

    @staticmethod
    def shown(definition: Any, value: Any) -> str:
        """A frozen answer as its unit read it when it handed it in."""
        return shown(definition, value) if definition else show_value(None, value)

    def worked_out(self, use: Any, definition: Any) -> str:
        """What nobody typed: a birth day from the number, a name by its formula."""
        if use.computed:
            return computed_name(self.policy, use.computed, self.answers)
        return show_value(definition, self.facts.typed.get(use.field))

    def reveal(self, path: str, value: Any) -> dict[str, str] | None:
        """Where a sealed answer may be opened on record."""
        if not isinstance(value, Mapping) or "sealed" not in value:
            return None
        address = reverse("reviews:reveal", args=[self.case.public_id])
        return {"url": f"{address}?path={path}", "form": REVEAL_FORM}

    def table(self, use: TableUse) -> dict[str, Any]:
        """Rows of a table; changed and new rows are marked."""
        shape = self.policy.catalogue.tables[use.table]
        before = {str(row.get("row_id")): row for row in self.before.get(use.table) or []}
        head = [column.label or shape.columns[column.column].label for column in use.columns]
        rows = []
        for row in self.answers.get(use.table) or []:
            old = before.get(str(row.get("row_id")))
            cells = [self.cell(use.table, shape.columns[c.column], c.column, row, old)
                     for c in use.columns]  # fmt: skip
            rows.append({"cells": cells, "new": bool(self.before) and old is None})
        return {
            "label": use.label or shape.label,
            "name": use.table,
            "head": head,
            "rows": rows,
            "flagged": use.table in self.flagged,
        }

    def cell(
        self, table: str, definition: Any, column: str, row: Mapping[str, Any], old: Any
    ) -> dict[str, Any]:
        """One cell."""
        now = row.get(column)
        changed = old is not None and old.get(column) != now
        return {
            "value": self.shown(definition, now),
            "old": (self.shown(definition, old.get(column)) or "（空）") if changed else None,
            "reveal": self.reveal(f"{table}.{row.get('row_id')}.{column}", now),
        }


def sealed_at(submission: Submission, path: str) -> Mapping[str, Any] | None:
    """The sealed answer at a path (``leader.id_number``, ``team.<row>.id_number``), or None."""
    value: Any = submission.answers.get(path)
    if value is None and path.count(".") == 2:
        table, row_id, column = path.split(".")
        rows = submission.answers.get(table)
        for row in rows if isinstance(rows, list) else []:
            if str(row.get("row_id")) == row_id:
                value = row.get(column)
    return value if isinstance(value, Mapping) and "sealed" in value else None


def files_of(
    case: Case,
    policy: Policy,
    submission: Submission,
    previous: Submission | None,
    flagged: Mapping[str, str],
    link: Callable[[Attachment], str] | None = None,
) -> list[dict[str, Any]]:
    """Materials with the files of a submission; missing ones are listed as well.

    Args:
        case: whose filing.
        policy: the version.
        submission: what is read.
        previous: the submission before it, to mark what is new.
        flagged: targets that are flagged, with their notes.
        link: address of a file for this reader; the officers' unless given.
    """
    before = {row["id"] for row in previous.materials} if previous else set()
    rows = {str(a.public_id): a for a in case.application.attachments.all()}
    groups = []
    for material in policy.procedure(case.application.procedure).materials:
        name = f"material:{material.id}"
        frozen = [row for row in submission.materials if row["material"] == material.id]
        files = [
            _file(
                case, rows[row["id"]], fresh=bool(previous) and row["id"] not in before, link=link
            )
            for row in frozen
            if row["id"] in rows
        ]
        if files:
            groups.append({"label": material.title, "name": name, "files": files,
                           "flagged": name in flagged})  # fmt: skip
        elif material.need == "required" and material.group is None:
            groups.append({"label": material.title, "name": name, "files": [],
                           "flagged": name in flagged})  # fmt: skip
    return groups  # fmt: skip


def _file(
    case: Case, file: Attachment, *, fresh: bool, link: Callable[[Attachment], str] | None
) -> dict[str, Any]:
    url = link(file) if link else reverse("reviews:file", args=[case.public_id, file.public_id])
    parts = [file_size(file.size)]
    if file.pages:
        parts.append(f"{file.pages} 页")
    if file.words is not None:
        parts.append(f"{file.words} 字")
    return {
        "label": file.name,
        "kind": file.kind.upper(),
        "meta": " · ".join(parts),
        "url": f"{url}?inline=1",
        "tag": "补正后新增" if fresh else "",
        "tone": "gold",
        "actions": [{"label": "下载", "url": url}],
    }


def changes(policy: Policy, one: Submission, two: Submission) -> list[dict[str, str]]:
    """Answers that differ between two submissions, named and in order as on the form.

    Sealed ones are masked.
    """
    targets = targets_of(policy, two.application.procedure)
    others = sorted({*one.answers, *two.answers} - set(targets))
    found = []
    for path in (*targets, *others):
        old, new = one.answers.get(path), two.answers.get(path)
        if old == new:
            continue
        found.append({
            "name": path, "label": _label(policy, path, targets),
            "mine": _text(policy, path, old), "theirs": _text(policy, path, new),
        })  # fmt: skip
    return found + _file_changes(policy, one, two)


def _label(policy: Policy, path: str, targets: Mapping[str, tuple[str, Any]]) -> str:
    if path in targets:
        return targets[path][0]
    known = policy.catalogue.fields.get(path) or policy.catalogue.tables.get(path)
    return known.label if known else path


def _text(policy: Policy, path: str, value: Any) -> str:
    if path in policy.catalogue.tables:
        return _table_text(policy, path, value)
    return show_value(policy.catalogue.fields.get(path), value)


def _table_text(policy: Policy, table: str, rows: Any) -> str:
    columns = policy.catalogue.tables[table].columns
    lines = [
        "，".join(filter(None, (show_value(columns[c], row.get(c)) for c in columns if c in row)))
        for row in rows or []
    ]
    return "；".join(lines)


def _file_changes(policy: Policy, one: Submission, two: Submission) -> list[dict[str, str]]:
    titles = {m.id: m.title for m in policy.procedure(two.application.procedure).materials}
    found = []
    for material, title in titles.items():
        old = [row["name"] for row in one.materials if row["material"] == material]
        new = [row["name"] for row in two.materials if row["material"] == material]
        ids = [{row["id"] for row in s.materials if row["material"] == material}
               for s in (one, two)]  # fmt: skip
        if ids[0] != ids[1]:
            found.append({"name": material, "label": f"附件：{title}", "mine": "、".join(old),
                          "theirs": "、".join(new)})  # fmt: skip
    return found


def leader_line(application: Application) -> str:
    """Unit, leader and occupation in one line."""
    parts = (application.unit_name, application.leader_name, application.occupation)
    return " · ".join(part for part in parts if part)
