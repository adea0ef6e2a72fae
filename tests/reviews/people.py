"""Everybody who might touch a passage, by what he is to it."""

from dataclasses import dataclass, field
from typing import Any

from jurisdictions.domain.offices import appoint, let_reply, make_administrator, save_office
from jurisdictions.models import Jurisdiction, Office
from portal.accounts.models import User
from reviews.models import Expert, StageRun
from tests.factories import make_user
from tests.reviews import factories as make
from tests.reviews import panel_factories as panels

POSTS = ("handler", "reviewer", "approver")


@dataclass
class Cast:
    """The people of a city and of another, the same for all its stages.

    Attributes:
        city: the city that is walked.
        fixed: role to person, whatever the stage.
        experts: role of an expert to his place in the pool.
    """

    city: make.City
    fixed: dict[str, User] = field(default_factory=dict)
    experts: dict[str, Expert] = field(default_factory=dict)

    def at(self, run: StageRun) -> dict[str, User]:
        """Who is who to a passage: posts of its office, of a deciding body, of neither."""
        shape = make.stage_shape(self.city, run)
        found = {post: self.city.person(run.office, post) for post in POSTS}
        bodies = [self.city.office(role) for role in getattr(shape, "bodies", ())]
        others = [office for office in bodies if office.pk != run.office_id]
        if others:
            found |= {f"body_{post}": self.city.person(others[0], post) for post in POSTS}
        stranger = self.stranger(run, {office.pk for office in bodies})
        found |= {f"other_{post}": self.city.person(stranger, post) for post in POSTS[::2]}
        return found | self.fixed

    def stranger(self, run: StageRun, bodies: set[int]) -> Office:
        """An office of the city that has no part in the stage."""
        shape = make.stage_shape(self.city, run)
        asked = {asked.office for asked in getattr(shape, "offices", ())}
        offices = Office.objects.filter(jurisdiction=self.city.jurisdiction).order_by("pk")
        return next(
            office
            for office in offices.exclude(bindings__role__in=asked)
            if office.pk != run.office_id and office.pk not in bodies
        )


def gather(city: make.City, unit_member: User, procedure: str = "establish") -> Cast:
    """Make everybody who is the same at all stages of a procedure of a city."""
    elsewhere = Jurisdiction.objects.create(
        code="elsewhere", name="他市", short_name="他市", level="city", region_code="999999"
    )
    foreign_admin = make_user("admin@elsewhere.example", staff=True)
    make_administrator(foreign_admin, elsewhere, by=None)
    office = save_office(elsewhere, code="bureau", name="他市人社局", by=foreign_admin)
    foreign = make_user("handler@elsewhere.example", name="他市经办", staff=True)
    for post in POSTS:
        appoint(foreign, office, post, by=foreign_admin, reason="分工安排")
    cast = Cast(city, {
        "unit": unit_member, "administrator": city.admin, "foreign": foreign,
        "foreign_administrator": foreign_admin,
        "superuser": User.objects.create_superuser("root@portal.example", "x" * 20, name="系统"),
        "called": make_user("called@example.gov.cn", name="被召集人", staff=True),
        "consulted": _replier(city),
    })  # fmt: skip
    cast.experts = _experts(city, procedure)
    cast.fixed |= {role: expert.user for role, expert in cast.experts.items()}
    return cast


def _replier(city: make.City) -> User:
    """Who answers for the first office that is asked; where none is asked, for some office."""
    shapes = make.policy_of(city.ruleset).stages("establish")
    asked = [one.office for shape in shapes for one in getattr(shape, "offices", ())]
    role = asked[0] if asked else next(iter(make.policy_of(city.ruleset).ruleset.offices))
    user = make_user("replier@example.gov.cn", name="回复人", staff=True)
    let_reply(user, city.office(role), by=city.admin, reason="负责回复")
    return user


def _experts(city: make.City, procedure: str) -> dict[str, Expert]:
    """Three who fill what the ruleset wants of a panel, one who withdraws, one never asked."""
    policy = make.policy_of(city.ruleset)
    shapes = [*policy.stages(procedure), *policy.stages("establish")]
    seats = next(shape for shape in shapes if shape.kind == "panel").seats
    needs: list[dict[str, Any]] = [{"source": source} for source in seats.sources]
    needs += [{"office": city.office(role)} for role in seats.offices]
    roles = ("expert_chair", "expert_seated", "expert_pending", "expert_recused", "expert_idle")
    needs += [{}] * (len(roles) - len(needs))
    return {role: panels.expert(city, number, **needs[number]) for number, role in enumerate(roles)}
