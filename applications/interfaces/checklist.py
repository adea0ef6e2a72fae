"""材料清单: what to hand in, for whom, what is there, and how long each text is."""

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse

from applications.domain.attachments import PART, is_confirmed
from applications.interfaces.clauses_of import clause_boxes
from applications.interfaces.standing import MATERIAL, Standing
from applications.models import Attachment
from applications.queries import LEADER_ROW
from jurisdictions.engine.findings import Finding
from jurisdictions.engine.formcheck import holds, word_fault
from jurisdictions.engine.values import is_empty, show_value
from jurisdictions.interfaces.clauses import first_clause
from jurisdictions.schema.materials import Material
from portal.common.templatetags.portal_ui import file_size

MEBIBYTE = 1024 * 1024
#: Ticks of a file: the copy agrees with the original; a part that the paper contains.
ORIGINAL = "original"
ORIGINAL_SENTENCE = "此件与原件相符"
CORRECTING = "补正期间只能更换要求补正的材料。"
WAIVED = "不必另交"
_TAGS = {
    "pass": ("已上传", "green"),
    "missing": ("待上传", "gray"),
    "fail": ("不符合要求", "red"),
    "person": ("字数待核", "gold"),
}


def materials_for(standing: Standing) -> list[Material]:
    """Items of the checklist that apply to these answers."""
    procedure = standing.application.procedure
    return [
        item
        for item in standing.procedure.materials
        if holds(standing.policy, procedure, item.when, standing.facts)
    ]


def checklist(
    standing: Standing,
    *,
    changeable: bool,
    unlocked: Mapping[str, str] | None = None,
    errors: Mapping[str, Collection[str]] | None = None,
) -> list[dict[str, Any]]:
    """Cards of the files page.

    Args:
        standing: the filing.
        changeable: whether files may be added and removed now.
        unlocked: while returned for correction: target to what the notice says.
        errors: cell id to what was wrong with the upload just tried.
    """
    cards = []
    for number, item in enumerate(materials_for(standing), 1):
        target = f"{MATERIAL}{item.id}"
        locked = "" if unlocked is None or target in unlocked else CORRECTING
        card = _card(standing, item, changeable=changeable and not locked)
        card |= {
            "n": number,
            "locked": locked if changeable else "",
            "asked": (unlocked or {}).get(target, ""),
        }
        for cell in card["cells"]:
            cell["errors"] = list((errors or {}).get(cell["id"], ()))
        cards.append(card)
    return cards


def _card(standing: Standing, item: Material, *, changeable: bool) -> dict[str, Any]:
    finding = standing.evaluation.find(f"{MATERIAL}{item.id}")
    mine = [file for file in standing.files if file.material == item.id]
    tag, tone = _tag(item, finding, mine)
    return {
        "id": f"mat-{item.id}",
        "label": item.title,
        "required": "可不交" if tag == WAIVED else _need(standing, item),
        "must": item.need != "optional" and item.severity == "block" and not item.group
        and tag != WAIVED,
        "help": item.help,
        "rule": _rule(item),
        "clause": first_clause(standing.policy, item.clause),
        "clauses": clause_boxes(standing.policy, item.clause),
        "assumption": item.assumption,
        "tag": tag,
        "tone": tone,
        "says": finding.sentence if finding and finding.outcome in ("fail", "missing") else "",
        "bad": bool(finding and finding.outcome == "fail"),
        "personal": item.personal,
        "sheet": item.generated == "sheet",
        "cells": [_cell(standing, item, row, label, mine, changeable=changeable)
                  for row, label in cells_of(standing, item)],
        "stray": [_file_line(standing, item, file, changeable=changeable)
                  for file in _stray(standing, item, mine)],
        "matrix": item.per_row is not None,
    }  # fmt: skip


def cells_of(standing: Standing, item: Material) -> list[tuple[str, str]]:
    """Row ids and labels of the places that take files: the leader, each row, or one for all."""
    found: list[tuple[str, str]] = []
    if item.also_person:
        name = show_value(None, standing.answers.get("leader.name"))
        found.append((LEADER_ROW, f"领办人 {name}".strip()))
    if item.per_row is None:
        return found or [("", "")]
    shape = standing.policy.catalogue.tables[item.per_row.table]
    for index, row in enumerate(standing.facts.typed.get(item.per_row.table, []), 1):
        if item.per_row.when and not row.get(item.per_row.when):
            continue
        shown = _row_name(row, list(shape.columns))
        found.append((str(row.get("row_id", index - 1)), f"{shape.row_label} {index} {shown}"))
    return found


def _stray(standing: Standing, item: Material, mine: list[Attachment]) -> list[Attachment]:
    """Files of rows that have been deleted since."""
    if item.per_row is None:
        return []
    rows = {row for row, _ in cells_of(standing, item)}
    return [file for file in mine if file.row not in rows]


def _row_name(row: Mapping[str, Any], columns: list[str]) -> str:
    """What a row is about: its name, else its first filled cell."""
    for column in ["name", *columns]:
        value = row.get(column)
        if not is_empty(value) and not isinstance(value, Mapping):
            return str(value)
    return "（未填写）"


def _cell(
    standing: Standing,
    item: Material,
    row: str,
    label: str,
    mine: list[Attachment],
    *,
    changeable: bool,
) -> dict[str, Any]:
    public_id = standing.application.public_id
    files = [file for file in mine if item.per_row is None or file.row == row]
    full = len(files) >= item.max_files
    return {
        "id": f"mat-{item.id}-{row or 'all'}",
        "row": row,
        "label": label,
        "name": f"{item.title} {label}".strip(),
        "files": [_file_line(standing, item, file, changeable=changeable) for file in files],
        "lacking": len(files) < item.min_files,
        "url": reverse("applications:file_add", args=[public_id, item.id])
        if changeable and not full
        else "",
        "accept": ",".join(f".{kind}" for kind in _endings(item)),
        "kinds": "、".join(kind.upper() for kind in item.kinds),
        "max_bytes": item.max_mb * MEBIBYTE,
    }


def _endings(item: Material) -> list[str]:
    return [*item.kinds, *(["jpeg"] if "jpg" in item.kinds else [])]


def _file_line(
    standing: Standing, item: Material, file: Attachment, *, changeable: bool
) -> dict[str, Any]:
    names = [standing.application.public_id, file.public_id]

    def address(name: str) -> str:
        return reverse(f"applications:{name}", args=names)

    facts = [file_size(file.size)]
    if file.pages:
        facts.append(f"{file.pages} 页")
    if file.words is not None and "jpg" not in file.kind:
        facts.append(f"实测 {file.words:,} 字")
    return {
        "label": file.name,
        "kind": file.kind.upper(),
        "meta": "，".join(facts),
        "bad": _too_long(item, file),
        "preview": address("file_preview") if file.kind in ("pdf", "jpg", "png") else "",
        "download": address("file_download"),
        "remove": address("file_remove") if changeable else "",
        "confirm": address("file_confirm") if changeable else "",
        "ticks": _ticks(item, file),
        "id": f"file-{file.public_id}",
    }


def _too_long(item: Material, file: Attachment) -> str:
    if item.words is None:
        return ""
    if file.words is None:
        return "扫描件量不出字数，由受理机关核实；如有可编辑的文档请改传 DOCX 或 PDF"
    return word_fault(file.words, item.words.minimum, item.words.maximum)


def _ticks(item: Material, file: Attachment) -> list[dict[str, Any]]:
    """Boxes the unit ticks for a file."""
    wanted = [(ORIGINAL, ORIGINAL_SENTENCE)] if item.confirms else []
    wanted += [(f"{PART}{part.id}", part.text) for part in item.contains]
    done = set(file.confirmed)
    return [
        {
            "value": value,
            "label": label,
            "checked": is_confirmed(item, file) if value == ORIGINAL else value in done,
        }
        for value, label in wanted
    ]


def _need(standing: Standing, item: Material) -> str:
    if item.need == "optional":
        return "选传"
    if item.group:
        others = [o for o in standing.procedure.materials if o.group == item.group]
        return f"{len(others)} 项任选其一"
    return "必传" if item.severity == "block" else "应传，缺件须说明理由"


def _rule(item: Material) -> str:
    """What the files must be like, in one line."""
    parts = []
    if item.min_files > 1:
        parts.append(f"至少 {item.min_files} 份")
    if item.words:
        least, most = item.words.minimum, item.words.maximum
        length = f"{least}—{most} 字" if least and most else f"不超过 {most} 字"
        length = f"不少于 {least} 字" if least and not most else length
        parts.append(f"篇幅 {length}，上传后按 Word 口径实测")
    return "；".join(parts)


def _tag(item: Material, finding: Finding | None, mine: list[Attachment]) -> tuple[str, str]:
    if finding is None or (item.need == "optional" and not mine):
        return ("未上传", "gray")
    if finding.outcome == "pass" and not mine:
        return (WAIVED, "none")
    return _TAGS.get(finding.outcome, ("", "gray"))


def only_sheet_lacking(standing: Standing) -> bool:
    """Whether all that still stops the submit is the signed scan of the sheet itself.

    Then the sheet is printed without the draft mark, to be signed, stamped and scanned.
    Declarations are ticked on the last page and do not count here.
    """
    sheets = {
        f"{MATERIAL}{item.id}" for item in standing.procedure.materials if item.generated == "sheet"
    }
    declared = {f"field:{use.field}" for use in standing.declarations.fields}
    open_points = {
        finding.rule for finding in standing.evaluation.stopping if finding.rule not in declared
    }
    return bool(sheets) and open_points <= sheets
