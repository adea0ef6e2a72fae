"""What a person typed and has not handed over is kept for him, whatever happens to the page.

Nothing here is shown to anybody else, counts as an action, or enters the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portal.common.errors import DomainError
from reviews.models import Seat, StageRun, TypedText

Fields = Mapping[str, list[str]]
#: Far beyond an opinion, far below what would hurt the database.
LONGEST = 200_000


@dataclass(frozen=True)
class Kept:
    """What became of typed text.

    Attributes:
        row: where it lies.
        clash: another window of the same person saved meanwhile; the text was put beside it.
    """

    row: TypedText
    clash: bool


def place_of_run(run: StageRun) -> str:
    """Name of the page of a passage."""
    return f"run:{run.public_id}"


def place_of_seat(seat: Seat) -> str:
    """Name of the page of an expert's sheet."""
    return f"seat:{seat.public_id}"


def _checked(fields: Fields) -> dict[str, list[str]]:
    found = {str(name): [str(value) for value in values] for name, values in fields.items()}
    if sum(len(name) + sum(map(len, values)) for name, values in found.items()) > LONGEST:
        raise DomainError("填写的内容过长，没有自动保存。请精简后再试。", status=422)
    return found


@transaction.atomic
def keep(place: str, fields: Fields, *, by: Any, version: int, based_on: int) -> Kept:
    """Keep what was typed into a page.

    Args:
        place: name of the page.
        fields: field to its values, as the browser posts them.
        by: who typed.
        version: of the kept text as the page showed it; 0 when there was none.
        based_on: version of the page's subject that was shown.

    Raises:
        DomainError: more text than any page holds.
    """
    said = _checked(fields)
    TypedText.objects.get_or_create(owner=by, place=place)
    row = TypedText.objects.select_for_update(of=("self",)).get(owner=by, place=place)
    clash = row.version != version
    if clash and row.fields == said:
        return Kept(row, clash=False)
    if clash:
        row.aside = said
    else:
        row.fields, row.based_on = said, based_on
        row.version += 1
    row.save()
    return Kept(row, clash)


@transaction.atomic
def set_aside(place: str, fields: Fields, *, by: Any) -> TypedText:
    """Keep text that could not be saved where it belongs.

    Raises:
        DomainError: more text than any page holds.
    """
    said = _checked(fields)
    row, _ = TypedText.objects.update_or_create(owner=by, place=place, defaults={"aside": said})
    return row


def text_at(place: str, *, by: Any) -> TypedText | None:
    """What a person typed into a page, or None."""
    return TypedText.objects.filter(owner=by, place=place).first()


@transaction.atomic
def go_on_with(row: TypedText, *, aside: bool, version: int, based_on: int) -> TypedText:
    """Choose one of two texts; the other is dropped.

    Args:
        row: the person's own.
        aside: take the text of the other window.
        version: of the kept text as the page of comparison showed it.
        based_on: version of the page's subject that was compared with.

    Raises:
        DomainError: a window saved since the comparison was shown.
    """
    fresh = TypedText.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if fresh.version != version:
        raise DomainError("另一窗口刚刚又保存过，请重新核对。")
    if aside and fresh.aside:
        fresh.fields = fresh.aside
    fresh.aside, fresh.based_on = {}, based_on
    fresh.version += 1
    fresh.save()
    return fresh


def forget(place: str, *, by: Any) -> None:
    """The text was handed over, or is not wanted any more."""
    TypedText.objects.filter(owner=by, place=place).delete()
