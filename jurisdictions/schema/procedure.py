"""事项: subject, initiators, form, materials, rules, workflow, results."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import Code, Entry
from jurisdictions.schema.effects import Result
from jurisdictions.schema.forms import Form
from jurisdictions.schema.materials import Material, PaperRules
from jurisdictions.schema.rules import Rule
from jurisdictions.schema.sheet import Sheet
from jurisdictions.schema.uniqueness import Uniqueness
from jurisdictions.schema.workflow import RoundRules, Workflow


class Procedure(Entry):
    """Everything that is filed and decided has this shape.

    ``visible_to_unit_from`` names the stage from which the unit sees a procedure that an
    office started against it. ``reference``: outside a round, ages and terms are counted on the
    day it was opened or on the day of the first submission.
    """

    label: str
    subject: Literal["unit", "studio"]
    initiators: tuple[Literal["unit", "office", "clock"], ...]
    parties: tuple[Code, ...] = ("unit",)
    summary: str = ""
    rounds: RoundRules | None = None
    form: Form
    materials: tuple[Material, ...] = ()
    paper: PaperRules | None = None
    rules: tuple[Rule, ...] = ()
    uniqueness: Uniqueness = Uniqueness()
    studio_name: str = Field(default="", description="naming formula shown while applying")
    workflow: Workflow
    results: dict[Code, Result] = Field(min_length=1)
    sheet: Sheet | None = None
    visible_to_unit_from: Code | None = None
    reference: Literal["opening", "submission"] = "opening"
    notes: tuple[Entry, ...] = ()

    @property
    def by_office(self) -> bool:
        """Whether only an office may begin it, so that no unit fills it in."""
        return self.initiators == ("office",)
