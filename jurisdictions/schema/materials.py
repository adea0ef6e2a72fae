"""Papers to hand in, each with its clause."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import BoolExpr, Clauses, Code, Entry, FieldPath, Strict


class WordLimit(Entry):
    """Length of a text measured in the uploaded file, as Word counts 字数."""

    minimum: int | None = None
    maximum: int | None = None


class PerRow(Strict):
    """One set of files for each row of a table (each member, each award)."""

    table: Code
    when: str = Field(default="", description="column that must be ticked for the row to count")


class Paper(Entry):
    """What the paper original must look like."""

    copies: int = 0
    note: str = ""
    stamp: str = ""
    seal: bool = False


class Content(Entry):
    """A part that the paper must contain; the unit ticks it, an officer checks it."""

    id: Code
    text: str


class Material(Entry):
    """One item of the checklist.

    ``group`` with ``group_rule: any`` makes one of several enough (营业执照或批准文件).
    ``generated: sheet`` is the signed scan of the sheet this portal prints.
    ``severity: warn`` asks for a reason instead of stopping the submit.
    """

    id: Code
    title: str
    help: str = ""
    need: Literal["required", "conditional", "optional"] = "required"
    severity: Literal["block", "warn", "info"] = "block"
    when: BoolExpr | None = None
    group: Code | None = None
    kinds: tuple[Literal["jpg", "png", "pdf", "docx", "xlsx"], ...] = ("pdf", "jpg", "png")
    min_files: int = 1
    max_files: int = Field(default=10, le=60)
    max_mb: int = Field(default=10, le=10)
    max_pages: int = Field(default=60, le=60)
    words: WordLimit | None = None
    contains: tuple[Content, ...] = ()
    per_row: PerRow | None = None
    also_person: Literal["", "leader"] = ""
    generated: Literal["", "sheet"] = ""
    none_field: FieldPath | None = Field(
        default=None, description="yes/no answer 「无」 that stands for the files"
    )
    personal: bool = False
    confirms: Clauses = Field(default=(), description="clauses the uploader confirms per file")


class PaperRules(Entry):
    """How the bound paper set is handed in."""

    copies: int = 0
    duplex: bool = False
    bound: bool = False
    size: str = "A4"
    copy_stamp: str = ""
    handler_signs: bool = False
    also_email: str = ""
    parts: tuple[Entry, ...] = ()
