"""The official sheet: its template file, pinned hash, and opinion boxes."""

from pydantic import Field

from jurisdictions.schema.base import Code, Entry


class Box(Entry):
    """An opinion box; ``by`` is unit or an office role, ``seal`` leaves room for a seal.

    ``also_by`` names further roles that sign and seal in the same box (one box, two bodies).
    """

    id: Code
    label: str
    by: Code
    also_by: tuple[Code, ...] = ()
    seal: bool = True
    signature: bool = True
    note: str = ""


class Sheet(Entry):
    """One HTML template under ``templates/forms/<code>/``, the same for preview and paper."""

    template: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    draft_note: str = Field(default="", description="样表由系统拟制…")
    boxes: tuple[Box, ...] = ()
    fixed: tuple[Entry, ...] = Field(default=(), description="clauses of fixed printed text")
