"""Who issued the regulation, and from when until when it holds."""

from datetime import date
from typing import Literal

from pydantic import Field

from jurisdictions.schema.base import Clauses, Code, Entry, Strict


class Body(Strict):
    """A body that issues or decides, with its full printed name."""

    code: Code
    name: str
    short: str = ""


class Repeal(Entry):
    """A document this one replaces."""

    document_number: str
    title: str = ""


class Validity(Entry):
    """First and last day on which a round may open under this version."""

    issued_on: date | None = None
    effective_from: date | None = Field(
        default=None, description="None: the source lacks the day, an administrator enters it"
    )
    effective_until: date | None = None
    note: str = ""


class Transition(Strict):
    """Which procedures a newer version takes over for studios founded under older ones."""

    takes_over: tuple[Code, ...] = ()
    note: str = ""


class Contact(Entry):
    """Whom to ring."""

    name: str = ""
    phone: str = ""
    email: str = ""
    office: str = ""


class Identity(Entry):
    """Names, document and dates of one version of one city's policy."""

    code: Code
    name: str = Field(description="full name of the place, e.g. 某市某区")
    short_name: str
    level: Literal["city", "district"]
    region_code: str = Field(pattern=r"^\d{6}$", description="GB/T 2260")
    number_prefix: str = Field(pattern=r"^[A-Z]{2,6}$", description="first part of filing numbers")
    timezone: str = "Asia/Shanghai"
    programme: str = Field(description="what is applied for, e.g. 区级技能大师工作室")
    title: str
    document_number: str = ""
    trial: bool = False
    issuing_bodies: tuple[Body, ...] = Field(min_length=1)
    deciding_bodies: tuple[Code, ...] = ()
    validity: Validity
    repeals: tuple[Repeal, ...] = ()
    legal_basis: tuple[str, ...] = ()
    transition: Transition = Transition()
    contacts: tuple[Contact, ...] = ()
    supervised_by: str = ""
    pending: str = Field(default="", description="what the source lacks, shown on every page")


class Article(Strict):
    """One article of the source text, so that any clause opens from any page."""

    no: str = Field(description="part of the clause id that names the article")
    heading: str
    chapter: str = ""
    text: str


class ClauseText(Strict):
    """One entry of the clause inventory."""

    id: str
    text: str
    kind: str
    system: str
    check: Literal["auto", "attested", "human", "none"]
    severity: Literal["block", "warn", "info"]


class Inventory(Strict):
    """The whole source text of a city, by article and by clause."""

    articles: tuple[Article, ...]
    clauses: tuple[ClauseText, ...]

    def clause(self, clause_id: str) -> ClauseText | None:
        """Return the entry, or None when the inventory has no such id."""
        return next((entry for entry in self.clauses if entry.id == clause_id), None)


__all__ = [
    "Article",
    "Body",
    "ClauseText",
    "Clauses",
    "Contact",
    "Identity",
    "Inventory",
    "Repeal",
    "Transition",
    "Validity",
]
