"""Results a procedure may have, and what each does to the world."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from jurisdictions.schema.base import Code, Entry, Strict


class FoundStudio(Entry):
    """A studio enters the register under a name by formula, e.g. ``{leader.name}{…}工作室``."""

    kind: Literal["found_studio"]
    name: str
    term_months: int | None = None
    number_prefix: str = ""


class AwardTitle(Entry):
    """A title for the leader, with certificate number and date."""

    kind: Literal["award_title"]
    title: str


class IssuePlaque(Entry):
    """A plaque in the name of the bodies (office roles); handed over after what it waits for."""

    kind: Literal["issue_plaque"]
    text: str
    issuers: tuple[Code, ...]
    waits_for: tuple[Literal["open_agreement"], ...] = ()


class IssuePermits(Entry):
    """Work permits for leader and members."""

    kind: Literal["issue_permits"]
    issuer: Code


class OpenAgreement(Entry):
    """A responsibility agreement between unit and leader must be signed and filed."""

    kind: Literal["open_agreement"]
    title: str
    parts: tuple[str, ...] = ()
    yearly: bool = False
    filed_with: Code | None = None


class Grant(Entry):
    """Money that follows. ``once``: a second payment is refused.

    ``same_year``: due by 31 December of the year of the decision (于立项当年发放).
    """

    kind: Literal["grant"]
    id: Code
    title: str
    amount: Decimal | None = Field(default=None, ge=0, description="yuan; None: not in the text")
    source: str = ""
    once: bool = True
    within_months: int | None = None
    same_year: bool = False
    may: bool = Field(default=False, description="the text says 可: an office decides")
    purposes: tuple[str, ...] = ()


class Matching(Entry):
    """Money the unit must add."""

    kind: Literal["matching"]
    minimum: Decimal | None = Field(default=None, ge=0)
    severity: Literal["block", "warn", "info"] = "block"
    yearly: bool = False


class Persons(Strict):
    """Which people of a studio may be recommended for what, and which roles do it.

    ``others``: the text ends its list with 等, so that a title of the same kind may be named.
    """

    who: Literal["leader", "members"]
    to: tuple[Annotated[str, Field(max_length=80)], ...] = Field(min_length=1)
    others: bool = False
    by: tuple[Code, ...] = Field(min_length=1)


class Recommend(Entry):
    """Support that follows, recorded as a flag or list (重点倾斜, 优先推荐).

    ``upward``: the studio itself may be recommended to a higher level, named as in the text.
    ``persons``: people of it may be recommended for the titles that the text names.
    """

    kind: Literal["privilege"]
    title: str
    upward: str = Field(default="", max_length=80)
    persons: Persons | None = None


class ReleaseClaims(Entry):
    """Rights to be the only one are given back."""

    kind: Literal["release_claims"]


class RevokeStudio(Entry):
    """The studio ends; its name and plaque are withdrawn."""

    kind: Literal["revoke_studio"]


class BanEffect(Entry):
    """Unit and/or leader may not apply for a time, last day included."""

    kind: Literal["ban"]
    subjects: tuple[Literal["unit", "leader"], ...]
    years: int = Field(ge=1)


class Clawback(Entry):
    """Grants must be paid back."""

    kind: Literal["clawback"]
    what: Literal["all_grants", "cycle_grants"] = "all_grants"
    cycle_months: int | None = Field(
        default=None, ge=1, description="length of a funding cycle, from naming or extra grant"
    )

    @model_validator(mode="after")
    def _cycle_has_a_length(self) -> Self:
        if (self.what == "cycle_grants") != (self.cycle_months is not None):
            raise ValueError("追回资助周期内的资助须写 cycle_months，追回全部资助不写")
        return self


class RecallPlaque(Entry):
    """The plaque is handed back; who took it and when is recorded."""

    kind: Literal["recall_plaque"]


class RecallPermits(Entry):
    """Work permits are handed back."""

    kind: Literal["recall_permits"]


class FileWith(Entry):
    """The decision is reported to a body; open until the day and receipt are entered."""

    kind: Literal["file_with"]
    role: Code | None = None
    body: str = ""


class SetGrade(Entry):
    """The grade is kept on the studio's record; ``mending`` says that it was given after one."""

    kind: Literal["set_grade"]
    assessment: Code
    grade: str = ""
    passed: bool = True
    award: str = ""
    mending: bool = False


class SuspendStudio(Entry):
    """The studio stays in the register and is being put right (整改中)."""

    kind: Literal["suspend_studio"]


class ResumeStudio(Entry):
    """The studio is in good standing again."""

    kind: Literal["resume_studio"]


class OpenMending(Entry):
    """The mending opens with its last day: of a fixed length, or a day the office sets."""

    kind: Literal["open_procedure"]
    procedure: Code
    assessment: Code


class ChangeLeader(Entry):
    """Somebody else leads the studio; with ``name`` it is named anew by that formula."""

    kind: Literal["change_leader"]
    name: str = ""


class EndLeader(Entry):
    """The leader leads no more since the day the filing names; nobody follows him yet."""

    kind: Literal["end_leader"]


class ChangeHost(Entry):
    """The studio goes over to the other unit of the filing."""

    kind: Literal["change_host"]


class AddHost(Entry):
    """The other unit of the filing hosts the studio too."""

    kind: Literal["add_host"]


class RenameUnit(Entry):
    """The host bears another name from now on; ``ticked``: only as far as the filing says so."""

    kind: Literal["rename_unit"]
    ticked: bool = False


class MoveStudio(Entry):
    """The studio works at another address from now on; ``ticked`` as for a new name."""

    kind: Literal["move_studio"]
    ticked: bool = False


class OrderMending(Entry):
    """The unit must mend something by the day named with the decision."""

    kind: Literal["order_mending"]
    title: str


Effect = Annotated[
    FoundStudio
    | AwardTitle
    | IssuePlaque
    | IssuePermits
    | OpenAgreement
    | Grant
    | Matching
    | Recommend
    | ReleaseClaims
    | RevokeStudio
    | BanEffect
    | Clawback
    | RecallPlaque
    | RecallPermits
    | FileWith
    | SetGrade
    | SuspendStudio
    | ResumeStudio
    | OpenMending
    | ChangeLeader
    | EndLeader
    | ChangeHost
    | AddHost
    | RenameUnit
    | MoveStudio
    | OrderMending,
    Field(discriminator="kind"),
]


class Result(Entry):
    """One of the closed list of results. ``needs_day``: a day to be kept comes with it."""

    label: str
    applicant_label: str = ""
    favourable: bool = False
    appeal: str = Field(default="", description="how to appeal, printed on refusals")
    needs_day: bool = False
    effects: tuple[Effect, ...] = ()
