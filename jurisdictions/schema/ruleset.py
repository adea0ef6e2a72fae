"""The root of a ruleset: one immutable version of one city's policy."""

from typing import Self

from pydantic import Field, model_validator

from jurisdictions.schema.assessment import Assessment
from jurisdictions.schema.base import Code, Entry, Strict
from jurisdictions.schema.changes import Changes, Revocations
from jurisdictions.schema.fields import FieldDef, TableDef
from jurisdictions.schema.identity import Identity
from jurisdictions.schema.ledger import Ledger
from jurisdictions.schema.life import Dossier, Duty, Registers, YearlyPaper
from jurisdictions.schema.procedure import Procedure
from jurisdictions.schema.scoring import ScoreTable
from jurisdictions.schema.workflow import OfficeRole


class Note(Entry):
    """A clause carried out by the portal at large, said in one sentence."""

    text: str


class Ruleset(Strict):
    """A whole policy: who, what, which papers, which road, what follows."""

    schema_version: int = Field(default=1, ge=1, le=1)
    identity: Identity
    fields: dict[str, FieldDef] = {}
    tables: dict[Code, TableDef] = {}
    offices: dict[Code, OfficeRole]
    procedures: dict[Code, Procedure]
    score_tables: dict[Code, ScoreTable] = {}
    lists: dict[Code, tuple[str, ...]] = Field(
        default={}, description="named value lists; a list may cite its clause in list_clauses"
    )
    list_clauses: dict[Code, Entry] = {}
    calendar: tuple[YearlyPaper, ...] = ()
    registers: Registers = Registers()
    ledger: Ledger | None = None
    dossier: Dossier | None = None
    duties: tuple[Duty, ...] = ()
    assessments: dict[Code, Assessment] = {}
    changes: Changes = Changes()
    revocations: Revocations | None = None
    notes: tuple[Note, ...] = ()

    @model_validator(mode="after")
    def _own_fields_are_marked(self) -> Self:
        wrong = sorted(name for name in self.fields if not name.startswith("own."))
        if wrong:
            raise ValueError(f"本市自有字段须以 own. 开头：{'、'.join(wrong)}")
        return self
