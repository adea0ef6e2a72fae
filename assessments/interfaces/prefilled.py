"""The sections of the named filing as they stand today, for an application at the next level."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from applications.domain.claims import FOUNDING
from applications.enums import Status
from applications.interfaces.standing import Standing
from applications.interfaces.summary import section_cards
from applications.models import Application, Studio
from applications.queries import last_submission, studio_answers
from jurisdictions.engine.facts import LEADER_BIRTH
from jurisdictions.queries import bulky, policy_of
from jurisdictions.schema.forms import Section
from portal.common.sealed import unseal_for_print


class _Today(Standing):
    """The filing by which a studio was named, with answers that hold today.

    With a masked number beside it a day of birth would tell the number: it is left out.
    """

    def __init__(self, founding: Application, answers: dict[str, Any], *, masked: bool) -> None:
        super().__init__(founding)
        self.answers, self.masked = answers, masked

    @cached_property
    def sections(self) -> list[Section]:
        """Sections that apply, without what may not be shown."""
        found = super().sections
        if not self.masked:
            return found
        return [
            row.model_copy(
                update={"fields": tuple(u for u in row.fields if u.field != LEADER_BIRTH)}
            )
            for row in found
        ]


def sections(studio: Studio, *, purpose: str = "", by: Any = None) -> list[dict[str, Any]]:
    """Sections of the named filing; none for a studio named before the portal.

    What a granted change said, e.g. of another leader, stands in place of the older answer, and
    what the register says in place of both. Sealed values are masked.

    Args:
        studio: the studio.
        purpose: with it sealed values are opened, each on record under this purpose.
        by: who opens them.
    """
    founding = studio.founding_application
    if founding is None or last_submission(founding) is None:
        return []
    answers = answers_today(studio, founding)
    if purpose:
        answers = _opened(answers, purpose, by)
    today = _Today(founding, answers, masked=not purpose)
    return [_section(card) for card in section_cards(today)]


def answers_today(studio: Studio, founding: Application) -> dict[str, Any]:
    """Answers of the named filing, brought up to date by granted changes and the register."""
    known = policy_of(founding.ruleset).procedure(FOUNDING).form
    asked = {use.field for section in known.sections for use in section.fields}
    asked |= {use.table for section in known.sections for use in section.tables}
    merged: dict[str, Any] = {}
    for filing in (founding, *_granted(studio)):
        submission = last_submission(filing)
        given = submission.answers if submission else {}
        merged |= {path: value for path, value in given.items() if path in asked}
    now = studio_answers(studio)
    return merged | {path: value for path, value in now.items() if path in asked}


def _granted(studio: Studio) -> list[Application]:
    """Changes of a studio that were granted and told, the earliest first."""
    rows = (
        Application.objects.filter(
            studio=studio, status=Status.DECIDED, result_released_at__isnull=False
        )
        .exclude(procedure=FOUNDING)
        .select_related("ruleset")
        .defer(*bulky("ruleset"))
        .order_by("decided_at", "pk")
    )
    changes = [row for row in rows if row.procedure.startswith("change_")]
    return [row for row in changes if _is_favourable(row)]


def _is_favourable(row: Application) -> bool:
    result = policy_of(row.ruleset).procedure(row.procedure).results.get(row.result)
    return result is not None and result.favourable


def _opened(value: Any, purpose: str, by: Any) -> Any:
    """The same answers with each sealed value in full."""
    if isinstance(value, Mapping):
        if "sealed" in value:
            plain = unseal_for_print(str(value["sealed"]), purpose=purpose, by=by)
            return {**value, "shown": plain}
        return {key: _opened(item, purpose, by) for key, item in value.items()}
    return [_opened(item, purpose, by) for item in value] if isinstance(value, list) else value


def _section(card: Mapping[str, Any]) -> dict[str, Any]:
    """A section as paper and workbook take it: short answers, long ones, tables."""
    rows = [row for block in card["blocks"] for row in block if row["value"]]
    tables = [
        {"title": table["title"], "head": table["columns"],
         "rows": [[cell["text"] for cell in row] for row in table["rows"]]}
        for table in card["tables"]
    ]  # fmt: skip
    return {
        "title": card["title"],
        "facts": [row for row in rows if not _is_long(row)],
        "texts": [row for row in rows if _is_long(row)],
        "tables": tables,
    }


def _is_long(row: Mapping[str, Any]) -> bool:
    """Long answers run across the page; what was ticked fits a cell."""
    return bool(row["wide"]) and row["value"] not in ("是", "否")
