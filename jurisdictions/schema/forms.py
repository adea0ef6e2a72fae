"""What a form asks: sections of fields and tables picked from the catalogue."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from jurisdictions.schema.base import BoolExpr, Code, Entry, FieldPath


def _short(key: str):  # type: ignore[no-untyped-def]  # a validator factory for pydantic only
    def expand(value: object) -> object:
        return {key: value} if isinstance(value, str) else value

    return expand


class FieldUse(Entry):
    """A field as this form asks it. ``required`` means: submit stops while it is empty.

    ``when`` hides it; ``max_words`` / ``min_words`` count as Word counts 字数;
    ``printed: false`` keeps it off the official sheet (资格核验信息);
    ``fixed_text`` is a sentence of the form that a declaration confirms word for word.
    """

    field: FieldPath
    label: str = ""
    help: str = ""
    required: bool = True
    required_when: BoolExpr | None = None
    when: BoolExpr | None = None
    options: tuple[str, ...] = ()
    encouraged: tuple[str, ...] = ()
    min_words: int | None = Field(default=None, ge=0)
    max_words: int | None = Field(default=None, ge=1)
    minimum: float | None = None
    maximum: float | None = None
    fixed_text: str = ""
    printed: bool = True
    computed: str = Field(default="", description="naming template that fills it, not editable")


class ColumnUse(Entry):
    """A column of a table as this form asks it."""

    column: Code
    label: str = ""
    help: str = ""
    required: bool = True
    options: tuple[str, ...] = ()
    max_words: int | None = None
    printed: bool = True


class TableUse(Entry):
    """A repeating table as this form asks it.

    ``min_rows`` stops the submit; softer limits are rules. ``printed_rows`` is how many blank
    rows the paper has; more rows grow the sheet or go to an attached sheet.
    """

    table: Code
    label: str = ""
    help: str = ""
    when: BoolExpr | None = None
    min_rows: int = 0
    max_rows: int = Field(default=60, le=200)
    printed_rows: int = 0
    columns: tuple[Annotated[ColumnUse, BeforeValidator(_short("column"))], ...]


class Section(Entry):
    """One page of the form: one thing at a time."""

    id: Code
    title: str
    group: str = ""
    help: str = ""
    when: BoolExpr | None = None
    fields: tuple[Annotated[FieldUse, BeforeValidator(_short("field"))], ...] = ()
    tables: tuple[TableUse, ...] = ()


class Form(Entry):
    """The whole form of a procedure, and the declarations made on the last page."""

    sections: tuple[Section, ...] = Field(min_length=1)
    declarations: tuple[FieldUse, ...] = ()
