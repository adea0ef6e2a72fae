"""ID numbers and bank accounts leave the answers before anything is stored."""

from collections.abc import Callable, Mapping
from typing import Any

from jurisdictions.engine.identity import CITIZEN, IdError, check_id_number
from jurisdictions.schema.fields import Catalogue, FieldDef
from portal.common.errors import DomainError
from portal.common.sealed import blind, blind_token, mask, seal

ID_TYPE = "leader.id_type"


def seal_value(definition: FieldDef, value: Any, *, held: Any, id_kind: str | None = None) -> Any:
    """The stored form of a sensitive answer.

    Args:
        definition: the field; others than sealed ones pass through.
        value: what was typed, or the stored form itself when nothing was changed.
        held: the stored form so far; returned when the same value is typed again.
        id_kind: type of identity document.

    Raises:
        DomainError: an ID number that is not well formed.
    """
    if definition.sensitivity != "sealed" or value in (None, ""):
        return value
    if isinstance(value, Mapping):
        # Only the form held on the server counts; a token from outside is refused.
        return held if isinstance(held, Mapping) and held == value else None
    fresh = str(value)
    if isinstance(held, Mapping) and _is_same(definition.type, fresh, held):
        return held
    return _sealed(definition.type, fresh, id_kind)


def _is_same(kind: str, text: str, held: Mapping[str, Any]) -> bool:
    """Whether a number typed again is the one that is held: each autosave sends it anew."""
    return bool(text.strip()) and blind(kind, text) == blind_token(str(held["sealed"]))


def seal_number(
    text: str, id_kind: str | None = None, *, keep: Callable[[str, str], str] = seal
) -> dict[str, Any]:
    """The stored form of a plain ID number.

    Args:
        text: the number.
        id_kind: type of identity document.
        keep: seals a value of a kind and returns its token; by default it is saved at once.

    Raises:
        DomainError: it is not well formed.
    """
    return _sealed("id_number", text, id_kind, keep)


def _sealed(
    kind: str, text: str, id_kind: str | None, keep: Callable[[str, str], str] = seal
) -> dict[str, Any]:
    stored: dict[str, Any] = {}
    if kind == "id_number":
        try:
            facts = check_id_number(text, id_kind or CITIZEN)
        except IdError as error:
            raise DomainError(str(error), field=kind) from error
        text = facts.number
        stored["birth"] = facts.birth.isoformat() if facts.birth else None
        stored["sex"] = facts.sex
    return {"sealed": keep(kind, text), "shown": mask(kind, text), **stored}


def seal_answers(
    catalogue: Catalogue, answers: Mapping[str, Any], held: Mapping[str, Any]
) -> dict[str, Any]:
    """All answers of a section with sensitive ones sealed; rows are matched by their id.

    Raises:
        DomainError: names the field whose value is not well formed.
    """
    stored: dict[str, Any] = {}
    id_kind = answers.get(ID_TYPE) or held.get(ID_TYPE)
    for path, value in answers.items():
        if path in catalogue.tables:
            columns = catalogue.tables[path].columns
            stored[path] = _rows(columns, path, value or [], held.get(path) or [])
            continue
        definition = catalogue.fields.get(path)
        if definition is None:
            continue
        stored[path] = _named(definition, path, value, held.get(path), id_kind)
    return stored


def _rows(
    columns: Mapping[str, FieldDef], table: str, rows: list[Any], held: list[Any]
) -> list[dict[str, Any]]:
    before = {str(row.get("row_id")): row for row in held}
    stored = []
    for index, row in enumerate(rows):
        old = before.get(str(row.get("row_id")), {})
        kept: dict[str, Any] = {"row_id": str(row.get("row_id"))}
        for name, definition in columns.items():
            if name in row:
                path = f"{table}.{index}.{name}"
                kept[name] = _named(definition, path, row[name], old.get(name), None)
        stored.append(kept)
    return stored


def _named(definition: FieldDef, path: str, value: Any, held: Any, id_kind: str | None) -> Any:
    try:
        return seal_value(definition, value, held=held, id_kind=id_kind)
    except DomainError as error:
        raise DomainError(f"{definition.label}：{error.message}", field=path, status=422) from error
