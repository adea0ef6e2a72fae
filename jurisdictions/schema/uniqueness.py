"""Who may be named only once, and who is kept out."""

from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import BoolExpr, Code, Entry, FieldPath, Strict


class Claim(Entry):
    """A right to be the only one, over open filings and living studios.

    ``key`` are the answers that make it up (an ID number enters as its blind index, an
    occupation as its normalised key). ``severity: warn`` (原则上) is shown and never excludes.
    ``row_key``/``table``: the claim is taken per branch when ``when`` holds.
    """

    id: Code
    title: str
    key: tuple[FieldPath, ...] = Field(min_length=1)
    scope: Literal["jurisdiction", "everywhere"] = "jurisdiction"
    severity: Literal["block", "warn"] = "block"
    when: BoolExpr | None = None
    conflict: str = Field(description="kind sentence for the applicant, reveals nobody")


class BanCheck(Entry):
    """Refuse units or leaders who are banned."""

    id: Code
    title: str
    subjects: tuple[Literal["unit", "leader"], ...]
    severity: Literal["block", "warn"] = "block"
    says: str


class Uniqueness(Strict):
    """Claims taken at submit, moved to the studio at founding, released at refusal or end."""

    claims: tuple[Claim, ...] = ()
    bans: tuple[BanCheck, ...] = ()
