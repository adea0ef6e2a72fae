"""自评表: the lines of a score table as fields of a form, and the answers as lines again."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurisdictions.schema.fields import FieldDef
from jurisdictions.schema.forms import FieldUse, Section
from jurisdictions.schema.materials import Material
from jurisdictions.schema.scoring import (
    AllOrNothing,
    Deducted,
    Judged,
    PerHead,
    ScoreTable,
    Shortfall,
    Tiered,
    Veto,
)

EVIDENCE_WORDS = 500


def items(table: ScoreTable) -> Iterator[tuple[Any, Any]]:
    """Every line with its group, in order."""
    for group in table.groups:
        for item in group.items:
            yield group, item


def line_path(code: str, item: str) -> str:
    """Where the unit's own figure of a line is answered."""
    return f"score.{code}_{item}"


def evidence_path(code: str, item: str) -> str:
    """Where the unit says what its figure rests on."""
    return f"evidence.{code}_{item}"


def material_id(item: str) -> str:
    """The upload that goes with a line."""
    return f"evidence_{item}"


def _inputs(code: str, item: Any) -> dict[str, FieldDef]:
    """The fields of one line by path, in the shape its kind asks."""
    path = line_path(code, item.id)
    if isinstance(item, Deducted):
        return {f"{path}.{p.id}": FieldDef(type="yes_no", label=p.text) for p in item.parts}
    if isinstance(item, PerHead):
        return {
            f"{path}.{h.id}": FieldDef(type="integer", label=f"{h.text}人数", unit="人", minimum=0)
            for h in item.heads
        }
    if isinstance(item, AllOrNothing | Veto):
        return {path: FieldDef(type="yes_no", label=item.text)}
    if isinstance(item, Judged):
        top = float(item.max)
        return {path: FieldDef(type="decimal", label=item.text, unit="分", minimum=0, maximum=top)}
    unit = item.unit if isinstance(item, Shortfall | Tiered) else ""
    return {path: FieldDef(type="decimal", label=item.text, unit=unit, minimum=0)}


def fields(code: str, table: ScoreTable) -> dict[str, FieldDef]:
    """All fields of the self-score by path."""
    found: dict[str, FieldDef] = {}
    for _, item in items(table):
        found |= _inputs(code, item)
        found[evidence_path(code, item.id)] = FieldDef(type="long_text", label=f"依据：{item.text}")
    return found


def sections(code: str, table: ScoreTable) -> tuple[Section, ...]:
    """One page for each group of the table."""
    return tuple(
        Section(
            id=f"group_{group.id}",
            title=group.title,
            help=table.draft_note,
            clause=group.clause,
            fields=tuple(use for item in group.items for use in _uses(code, group, item)),
        )
        for group in table.groups
    )


def _uses(code: str, group: Any, item: Any) -> Iterator[FieldUse]:
    limit = "" if isinstance(item, Veto) else f"满分{item.max.normalize():f}分"
    actual = "填实际数，得分由系统按标准计算" if isinstance(item, Shortfall | Tiered) else ""
    told = "；".join(text for text in (limit, item.standard, actual) if text)
    books = f"。系统按{item.source}核对" if item.computed and item.source else ""
    wanted = not group.bonus and not isinstance(item, Veto)
    for path, definition in _inputs(code, item).items():
        lead = item.text if definition.label != item.text else ""
        help_ = "：".join(text for text in (lead, told) if text)
        yield FieldUse(field=path, help=f"{help_}{books}", required=wanted, clause=item.clause,
                       printed=False)  # fmt: skip
    yield FieldUse(field=evidence_path(code, item.id), required=False,
                   help="写明材料名称和日期", clause=item.clause,
                   max_words=EVIDENCE_WORDS, printed=False)  # fmt: skip


def materials(table: ScoreTable) -> tuple[Material, ...]:
    """An upload for each line; none is demanded by the text."""
    return tuple(
        Material(id=material_id(item.id), title=f"佐证：{item.text}", need="optional",
                 severity="info", kinds=("pdf", "jpg", "png", "docx", "xlsx"), clause=item.clause)
        for _, item in items(table)
    )  # fmt: skip


def lines_of(code: str, table: ScoreTable, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The self-score as input of the table; what was left empty is left out.

    A figure the unit gives itself below the maximum stands with its evidence as the reason.

    Args:
        code: of the table.
        table: the score table.
        answers: typed answers by path.
    """
    found: dict[str, Any] = {}
    for _, item in items(table):
        given = _given(code, item, answers)
        if given is not None:
            found[item.id] = given
    return found


def _given(code: str, item: Any, answers: Mapping[str, Any]) -> Any:
    path = line_path(code, item.id)
    if isinstance(item, Deducted | PerHead):
        parts = item.parts if isinstance(item, Deducted) else item.heads
        said = {part.id: answers.get(f"{path}.{part.id}") for part in parts}
        kept = {key: value for key, value in said.items() if value is not None}
        return kept or None
    value = answers.get(path)
    if value is None or not isinstance(item, Judged):
        return value
    why = str(answers.get(evidence_path(code, item.id)) or "").strip()
    return {"points": value, "reason": why or "自评"}
