"""The parts every entry of a ruleset is made of: clauses, assumptions, expressions."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Strict(BaseModel):
    """A piece of a ruleset: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _listed(value: Any) -> Any:
    """Let an author write one clause as a word and several as a list."""
    return [value] if isinstance(value, str) else value


Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
ClauseId = Annotated[str, Field(pattern=r"^[a-z0-9]+-[A-Za-z0-9-]+$")]
Clauses = Annotated[tuple[ClauseId, ...], BeforeValidator(_listed)]
FieldPath = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}$")]


class Entry(Strict):
    """An entry that carries out a clause, or says that it is our own reading.

    ``clause`` names entries of the clause inventory; ``assumption`` is the sentence shown
    beside 「系统拟制」 where the regulation is silent and the product must still decide.
    """

    clause: Clauses = ()
    assumption: str = ""


class Expr(str):
    """A CEL expression; the subclass says which type it must yield."""

    yields = "any"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(min_length=1, max_length=2000)
        )


class BoolExpr(Expr):
    """Must yield BOOL."""

    yields = "bool"


class DateExpr(Expr):
    """Must yield TIMESTAMP (UTC midnight of a day)."""

    yields = "date"


class AnyExpr(Expr):
    """May yield any type; shown to people as a value."""


class ListExpr(Expr):
    """Must yield a list."""

    yields = "list"
