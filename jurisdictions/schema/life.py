"""What a studio keeps up after naming: yearly papers, registers, archive, duties."""

from typing import Literal, Self

from pydantic import Field, model_validator

from jurisdictions.schema.base import Code, Entry, Strict

Who = Literal["unit", "studio", "leader"]


class YearDay(Entry):
    """A day of every year, or a day an office sets anew each year (``set_by``)."""

    month: int | None = Field(default=None, ge=1, le=12)
    day: int | None = Field(default=None, ge=1, le=31)
    set_by: Code | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        fixed = self.month is not None and self.day is not None
        if fixed == bool(self.set_by) or (self.month is None) != (self.day is None):
            raise ValueError("写 month 和 day，或只写 set_by（由机构每年设定）")
        return self


class Part(Entry):
    """A thing a paper must say; left empty it is a warning."""

    id: Code
    text: str


class Opinion(Entry):
    """Somebody gives an opinion on the paper; ``experts``: the office asks experts for it."""

    by: Code
    experts: bool = False
    label: str


class YearlyPaper(Entry):
    """A paper due every year.

    ``about`` tells which year it speaks of: the plan due in December is about the next one.
    ``signed``: a signed and sealed scan is handed in. ``counts_in`` names the assessments that
    look at it.
    """

    id: Code
    title: str
    kind: Literal["plan", "summary", "report", "agreement"]
    by: Who = "unit"
    to: Code | None = Field(default=None, description="office role that receives it")
    about: Literal["this_year", "next_year"] = "this_year"
    due: YearDay
    opens_days_before: int = Field(default=60, ge=0, le=366)
    remind_days_before: tuple[int, ...] = (30, 7)
    parts: tuple[Part, ...] = ()
    signed: bool = False
    opinion: Opinion | None = None
    counts_in: tuple[Code, ...] = ()


class FiledWith(Entry):
    """A body that must be told, by role or by name when it has no office in the portal."""

    role: Code | None = None
    body: str = ""
    what: str = ""

    @model_validator(mode="after")
    def _named(self) -> Self:
        if bool(self.role) == bool(self.body):
            raise ValueError("role 和 body 只写一个")
        return self


class Post(Entry):
    """A post of the studio that somebody must hold, e.g. 负责人 or 联系人."""

    id: Code
    label: str
    exactly: int = Field(default=1, ge=1)
    usually_leader: bool = False
    phone: bool = False
    filed_with: FiledWith | None = None


class Usual(Entry):
    """What a member usually has: a level of skill or of title, and years in the occupation.

    Labels of the national ladders; ``{names}`` in the sentence are those who have less.
    """

    skill_level: str
    title_level: str
    years: int = Field(ge=1)
    says: str


class MemberRegister(Entry):
    """The people of the studio; changes are confirmed by those named."""

    posts: tuple[Post, ...] = ()
    confirmed_by: tuple[Who, ...] = ()
    usual: Usual | None = None


class Target(Entry):
    """So many people trained to at least a level within so many months."""

    count: int = Field(ge=1)
    months: int = Field(ge=1)
    level: str = Field(description="label of the national ladder of skill levels")
    severity: Literal["block", "warn", "info"] = "warn"


class Subsidy(Entry):
    """A certificate makes a subsidy claimable outside the portal; ``says`` tells the unit so.

    Versions published before it was asked for have no sentence.
    """

    title: str
    says: str = ""


class ApprenticeRegister(Entry):
    """带徒登记簿: apprentices and trainees with agreements and certificates."""

    target: Target | None = None
    subsidy: Subsidy | None = None


class Category(Entry):
    """A kind of activity, in the words of the regulation."""

    id: Code
    label: str


class ActivityRegister(Entry):
    """活动与业绩记录, by category."""

    categories: tuple[Category, ...] = Field(min_length=1)


class Record(Entry):
    """What others write down about the studio: inspections, guidance, support, benefits.

    ``by``: unit, or office roles. ``findings``: an entry may ask for mending by a day.
    """

    id: Code
    label: str
    by: tuple[Code, ...] = Field(min_length=1)
    categories: tuple[str, ...] = ()
    findings: bool = False
    public: bool = False


class Report(Entry):
    """A report of an event, when it happens."""

    id: Code
    label: str
    to: tuple[Code, ...] = Field(min_length=1)
    kinds: tuple[str, ...] = ()


class Secrecy(Entry):
    """What must not enter the portal; only a placeholder is kept."""

    text: str


class Registers(Strict):
    """All registers of a studio."""

    members: MemberRegister | None = None
    apprentices: ApprenticeRegister | None = None
    activities: ActivityRegister | None = None
    records: tuple[Record, ...] = ()
    reports: tuple[Report, ...] = ()
    secrecy: Secrecy | None = None


class DossierPart(Entry):
    """A section of the archive and what fills it."""

    id: Code
    label: str
    source: Literal[
        "application", "decision", "members", "activities", "reports", "papers", "files"
    ]


class Dossier(Entry):
    """The archive of a studio."""

    parts: tuple[DossierPart, ...] = Field(min_length=1)


class Duty(Entry):
    """A standing duty; ``shows`` are the gaps that appear as its open tasks."""

    id: Code
    by: Code = Field(description="unit, studio, leader, or an office role")
    text: str
    shows: tuple[
        Literal["ledger", "papers", "dossier", "members", "apprentices", "activities"], ...
    ] = ()
