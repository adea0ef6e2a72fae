"""The world behind the door table: five cities with people, offices, calls and filings.

Each is the demonstration, so every kind of record exists in all of them. City A is walked, and
two more for what it does not know; the private records of each city carry a word of its own,
which nobody of another may ever be shown.
"""

import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from PIL import Image

from applications.interfaces.samples import form_sections
from applications.models import Application, NamedAbove, Studio
from assessments.domain.importing import import_studio
from jurisdictions.domain import staffing
from jurisdictions.domain.delegating import delegate
from jurisdictions.enums import StaffTask
from jurisdictions.models import Holiday, Jurisdiction, Office, Round, RoundAttachment
from jurisdictions.queries import current_ruleset
from portal.accounts.domain import opening
from portal.accounts.domain.members import invite
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, User
from portal.common.middleware import SEEN
from portal.common.models import Job, Notice
from portal.common.pdf import render_pdf
from reviews.domain import seating, sheets
from reviews.domain.experts import Profile, add
from reviews.domain.objections import object_to
from reviews.domain.sittings import Person, convene
from reviews.domain.visiting import Appointment, add_photo, appoint
from reviews.interfaces.demo.plan import read_portal
from reviews.models import (
    Amendment,
    Case,
    Consultation,
    Extension,
    ItemReturn,
    List,
    PaperRecord,
    Publicity,
    SavedFilter,
    StageRun,
)
from reviews.tasks import render_letter
from tests.assessments.factories import id_number, named
from tests.factories import make_uscc

TABLE = Path(__file__).with_name("doors.yaml")
DEMO = Path(__file__).resolve().parents[1] / "fixtures" / "demo"
CITY_A, CITY_B = "yuzhong", "ziyang"
#: No door leads there: its people and its records are only where nobody of another city may look.
CITY_E = "chaoyang"
SIGN_IN = "portal.accounts.backends.LoginBackend"
_OUTSIDE = {
    "foreign_officer": "yanjiang-handler@ziyang.example",
    "foreign_administrator": "admin@ziyang.example",
    "superuser": "system@portal.example",
    "security": "security@portal.example",
    "auditor": "audit@portal.example",
}
#: Who is who in each city that is walked. Most doors are tried in city A; kinds of stages that
#: its regulation does not know are tried where they exist (``in=`` in the table).
ROLES = {
    "yuzhong": {
        "applicant": "hotel-handler", "other_unit": "clinic-handler",
        "officer": "culture-handler", "lead_officer": "bureau-handler",
        "neighbour": "leading-group-handler", "administrator": "admin",
        "expert": "expert", "waiting_expert": "waiting-expert", "recused_expert": "recused-expert",
    },
    "rongchang": {
        "applicant": "pottery-handler", "other_unit": "pig-handler",
        "officer": "economy-handler", "lead_officer": "bureau-handler",
        "consulted": "discipline-handler", "neighbour": "farming-handler",
        "administrator": "admin",
    },
    "urumqi": {
        "applicant": "mining-handler", "other_unit": "chem-handler",
        "officer": "tianshan-handler", "lead_officer": "city-bureau-handler",
        "neighbour": "xinshi-handler", "administrator": "admin",
    },
}  # fmt: skip
#: What a person of city A is before a thing of city B.
STRANGER = {
    "applicant": "other_unit",
    "other_unit": "other_unit",
    "officer": "foreign_officer",
    "lead_officer": "foreign_officer",
    "neighbour": "foreign_officer",
    "administrator": "foreign_administrator",
    "expert": "recused_expert",
    "waiting_expert": "recused_expert",
    "recused_expert": "recused_expert",
}
#: The unit and the first office of each city whose things the doors lead to.
KEYS = {
    CITY_A: ("重庆示例山城酒店管理有限公司", "culture"),
    CITY_B: ("资阳示例机车装备有限公司", "yanjiang"),
}
#: Keys of records the sample cities do not hold yet; the table says 404 for everybody there.
_NO_RECORD = (
    "due_id", "file_id", "entry_id", "row_id", "grant_id", "clawback_id", "record_id",
    "letter_id",
)  # fmt: skip
#: Answers to an empty POST by somebody who gets in: done, shown again, or refused for now.
ANSWERED = frozenset({200, 204, 302, 303, 400, 403, 409, 422})
_WORDS = frozenset({"get", "post", "closed", "acts", "in"})


@dataclass(frozen=True)
class Door:
    """One line of the table."""

    name: str
    audience: str
    methods: frozenset[str]
    thing: str = ""
    fixed: dict[str, str] = field(default_factory=dict)
    get: frozenset[int] = frozenset({200})
    post: frozenset[int] = ANSWERED
    closed: int = 404
    acts: str = ""
    query: str = ""
    city: str = CITY_A

    def answers(self, role: str, method: str, audiences: dict[str, list[str]]) -> frozenset[int]:
        """Statuses expected for a role and a method."""
        inside = role in audiences[self.audience]
        if role == "anonymous" and not inside and self.audience != "nobody":
            return frozenset({302})
        if method not in self.methods:
            return frozenset({405})
        if not inside:
            return frozenset({self.closed})
        if self.acts and role not in audiences[self.acts]:
            return frozenset({403})
        return self.get if method == "GET" else self.post


def read_line(name: str, line: str) -> Door:
    """Read one line of the table."""
    audience, methods, *rest = line.split()
    query = next((part for part in rest if part.startswith("?")), "")
    words = dict(part.split("=", 1) for part in rest if "=" in part and part != query)
    thing = next((part for part in rest if "=" not in part), "")
    numbers = {
        key: frozenset(int(code) for code in words[key].split(","))
        for key in ("get", "post")
        if key in words
    }
    return Door(
        name,
        audience,
        frozenset(methods.split("+")),
        thing,
        {key: value for key, value in words.items() if key not in _WORDS},
        closed=int(words.get("closed", 404)),
        acts=words.get("acts", ""),
        query=query,
        city=words.get("in", CITY_A),
        **numbers,
    )


@cache
def table() -> tuple[dict[str, list[str]], dict[str, Door]]:
    """Audiences and doors."""
    loaded = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    doors = {name: read_line(name, line) for name, line in loaded["doors"].items()}
    return loaded["audiences"], doors


@cache
def addresses() -> dict[str, URLPattern]:
    """Every address of the portal by its full name; those of the console apart."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, inner)
        else:
            yield f"{space}{entry.name}", entry


def is_console(name: str) -> bool:
    """Whether an address belongs to the system console."""
    return name.startswith("admin:")


def is_ours(name: str) -> bool:
    """Whether the view is the portal's own, not a library's."""
    pattern = addresses()[name]
    module = pattern.callback.__module__.split(".")[0]
    return module in {"portal", "jurisdictions", "applications", "reviews", "assessments"}


class World:
    """The cities, a signed-in client per role of each, and the things doors lead to."""

    def __init__(self) -> None:
        call_command("load_cities", *ROLES, CITY_B, CITY_E, stdout=StringIO())
        call_command("seed_demo", stdout=StringIO())
        for code in (CITY_A, CITY_B):
            seat_experts(Jurisdiction.objects.get(code=code))
        outside = {role: self._client(login) for role, login in _OUTSIDE.items()}
        self.clients = {
            city: {
                "anonymous": Client(),
                **{role: self._client(f"{who}@{city}.example") for role, who in people.items()},
                **outside,
            }
            for city, people in ROLES.items()
        }
        self.things = {code: things(code) for code in (CITY_A, CITY_B)}
        self.things |= {"rongchang": consultations(), "urumqi": meetings()}

    @staticmethod
    def _client(login: str) -> Client:
        user = User.objects.get(email=login)
        client = Client()
        client.force_login(user, backend=SIGN_IN)
        # Some doors ask for the password again after five minutes; the walk may last longer.
        # Seen is noted anew each minute, and where all is taken back, anew at every request.
        client.post(reverse("account_reauthenticate"), {"password": read_portal(DEMO).password})
        session = client.session
        session["account_authentication_methods"][-1]["at"] += 24 * 60 * 60
        session[SEEN] += 24 * 60 * 60
        session.save()
        return client

    def path(self, door: Door, city: str = "") -> str:
        """The address of a door, filled with the things of a city."""
        known = {**self.things[city or door.city].get(door.thing, {}), **door.fixed}
        wanted = addresses()[door.name].pattern.converters
        named = wanted or getattr(addresses()[door.name].pattern, "regex", None).groupindex
        return reverse(door.name, kwargs={key: known[key] for key in named}) + door.query

    def ask(self, role: str, method: str, path: str, city: str = CITY_A) -> Any:
        """Send one request; cookies stay as they were."""
        client = self.clients[city][role]
        before = {key: morsel.value for key, morsel in client.cookies.items()}
        response = client.generic(method, path)
        response.body = response.getvalue()
        # Closing a response would also close the database connection the tests share.
        request_finished.disconnect(close_old_connections)
        response.close()
        request_finished.connect(close_old_connections)
        client.cookies.clear()
        for key, value in before.items():
            client.cookies[key] = value
        return response


def things(code: str) -> dict[str, dict[str, Any]]:
    """The keys by which a city's things are addressed."""
    unit_name, office_code = KEYS[code]
    city = Jurisdiction.objects.get(code=code)
    office = Office.objects.get(jurisdiction=city, code=office_code)
    admin = User.objects.get(email=f"admin@{code}.example")
    job = Job(kind="doors", owner=admin, state="done", finished_at=timezone.now())
    job.file_name = "result.txt"
    job.file.save("result.txt", ContentFile(b"result"), save=True)
    return {
        **_calls(city),
        **_unit(Enterprise.objects.get(name=unit_name), code),
        **_lists(city),
        **_cases(city, office),
        "office": {
            "code": code, "public_id": office.public_id, "user_id": uuid.UUID(int=0),
            "binding_id": office.bindings.first().pk,
        },
        "post": {"code": code, "post_id": office.posts.first().pk},
        "deputy": _deputy(city),
        "memberless": _memberless(city, admin),
        "staffed": _staffed(city, admin),
        "job": {"job_id": job.pk},
        "holiday": {"holiday_id": Holiday.objects.first().pk},
    }  # fmt: skip


def _staffed(city: Jurisdiction, admin: User) -> dict[str, Any]:
    """An invitation to read the figures of a place."""
    invited, _ = staffing.invite(
        city, task=StaffTask.OVERSEE, login=f"staff@{city.code}.example", by=admin,
        reason="分管领导",
    )  # fmt: skip
    return {"code": city.code, "invitation_id": invited.public_id}


def _memberless(city: Jurisdiction, admin: User) -> dict[str, Any]:
    """A unit of an old studio, entered by hand, whose first handler is invited."""
    ruleset = current_ruleset(city)
    assert ruleset is not None
    # Not the key of the row: that of a later test is no month of a year.
    number = list(KEYS).index(city.code) + 1
    row = named(
        name="示例补录工作室", number=f"DOOR-{city.code}", occupation="示例补录工种",
        unit_name=f"示例补录单位{number}", unit_uscc=make_uscc(f"91500103MA6{number:06d}"),
        leader_id=id_number(f"5001031975{number:02d}0709{number}"),
    )  # fmt: skip
    day = timezone.localdate() - timedelta(days=1)
    studio = import_studio(city, ruleset, replace(row, founded_on=day), by=admin, today=day)
    unit = studio.hosts.get().enterprise
    invited, _ = opening.invite_first(
        unit, role=MemberRole.HANDLER, authority="示例机关", by=admin,
        email=f"first@{city.code}.example",
    )  # fmt: skip
    return {"code": city.code, "unit_id": unit.public_id, "invitation_id": invited.public_id}


def _calls(city: Jurisdiction) -> dict[str, dict[str, Any]]:
    call = Round.objects.filter(jurisdiction=city).latest("opens_at")
    paper = RoundAttachment(round=call, title="公开附件", kind="pdf", sha256="0" * 64)
    paper.file.save("notice.pdf", ContentFile(b"%PDF-1.4"), save=True)
    line = NamedAbove.objects.create(
        jurisdiction=city, level="city", studio_name="示例上级工作室", leader_name="示例上级领办人",
        unit_uscc="91500103MA9000137Y",
    )  # fmt: skip
    keys = {"code": city.code, "old": 1, "new": 1}
    return {
        "round": {
            **keys, "public_id": call.public_id, "round_id": call.public_id,
            "file_id": paper.public_id,
        },
        "named": {"line_id": line.public_id},
    }  # fmt: skip


def _unit(unit: Enterprise, code: str) -> dict[str, dict[str, Any]]:
    handler = unit.memberships.get(role=MemberRole.HANDLER).user
    invited, _ = invite(
        unit, role=MemberRole.LEADER, by=handler, email=f"invited@{code}.example"
    )  # fmt: skip
    studio = Studio.objects.get(hosts__enterprise=unit)
    draft = Application.objects.get(enterprise=unit, status="draft")
    returned = Application.objects.get(enterprise=unit, status="returned")
    letter = returned.case.letters.first()
    # The worker renders it after the commit, and the world of these tests is never committed.
    render_letter(letter.pk)
    letter.refresh_from_db()
    parts = {
        "section_id": form_sections(draft)[0].id,
        "material": returned.attachments.filter(row="").first().material,
    }
    return {
        "unit": {
            "unit_id": unit.public_id, "invitation_id": invited.public_id,
            "membership_id": unit.memberships.get(role=MemberRole.PRINCIPAL).pk,
        },
        "studio": {
            "code": code, "studio_id": studio.public_id, "number": studio.number,
            "register": "members", **dict.fromkeys(_NO_RECORD, uuid.UUID(int=0)),
        },
        "filing": {**parts, "public_id": draft.public_id},
        "told": {"notice_id": Notice.objects.filter(user=handler).latest("pk").public_id},
        "returned": {
            **parts, "public_id": returned.public_id,
            "file_id": returned.attachments.first().public_id,
            "document_id": letter.document.public_id,
        },
    }  # fmt: skip


def _cases(city: Jurisdiction, office: Office) -> dict[str, dict[str, Any]]:
    case = Case.objects.get(jurisdiction=city, office=office, state="open")
    returned = Case.objects.get(jurisdiction=city, office=office, state="returned")
    paper = PaperRecord.objects.filter(run__listing__jurisdiction=city).first()
    return {
        "case": {
            "case_id": case.public_id, "one": 1, "two": 1,
            "file_id": case.application.attachments.first().public_id,
        },
        **_seats(city),
        "saved": {"filter_id": _filter(office).public_id},
        "report": {
            "run_id": StageRun.objects.filter(
                listing__jurisdiction=city, kind__in=("decision", "filing"), state="done"
            )
            .latest("pk")
            .public_id
        },
        "letter": {
            "letter_id": returned.letters.first().public_id,
            "paper_id": paper.pk if paper else 0,
        },
    }  # fmt: skip


def _filter(office: Office) -> SavedFilter:
    """A filter of the officer at an office."""
    owner = office.posts.get(kind="handler", active_until=None).user
    return SavedFilter.objects.create(owner=owner, name="示例", query="tab=todo")


def _panel_run(city: Jurisdiction) -> StageRun:
    return StageRun.objects.select_related("office").get(
        case__jurisdiction=city, kind="panel", state="open"
    )


def seat_experts(city: Jurisdiction) -> None:
    """The demonstration's panel has one who judges and one who must declare; another withdrew."""
    run = _panel_run(city)
    admin = User.objects.get(email=f"admin@{city.code}.example")
    handler = run.office.posts.filter(kind="handler").first().user
    profile = Profile(
        name="示例已回避专家", employer="示例评审单位",
        employer_uscc=make_uscc("91500103MC0000002"), source="院校",
        login=f"recused-expert@{city.code}.example",
    )  # fmt: skip
    person = add(city, profile, by=admin)
    person.user.set_password(read_portal(DEMO).password)
    person.user.save()
    (leaving,) = seating.appoint(run, [person], by=handler)
    seating.declare(leaving, by=person.user, clear=True)
    sheets.recuse(leaving, by=person.user, reason="与领办人系亲属")


def _seats(city: Jurisdiction) -> dict[str, dict[str, Any]]:
    run = _panel_run(city)
    seats = {seat.expert.user.email.split("@")[0]: seat for seat in run.seats.all()}
    mine, other = seats["expert"], seats["waiting-expert"]
    return {
        "experts": {"code": city.code, "expert_id": mine.expert.public_id},
        "panel": {
            "run_id": run.public_id, "seat_id": mine.public_id, "other_id": other.public_id,
            "file_id": run.case.application.attachments.first().public_id,
        },
    }  # fmt: skip


def _lists(city: Jurisdiction) -> dict[str, dict[str, Any]]:
    notice = Publicity.objects.filter(listing__jurisdiction=city).latest("published_on")
    item = notice.listing.items.first()
    evidence = SimpleUploadedFile("证据.pdf", render_pdf("<p>示例</p>", title="证据").content)
    objection = object_to(
        item, name="示例反映人", contact="12300000000", text="示例异议", evidence=evidence
    )
    decided = List.objects.get(jurisdiction=city, closed_at__isnull=False)
    return {
        "decided": {"list_id": decided.public_id},
        "notice": {"notice_id": notice.public_id},
        "list": {
            "list_id": notice.listing.public_id, "item_id": item.pk,
            "objection_id": objection.public_id, "notice_id": notice.public_id,
            "round_id": notice.listing.round.public_id,
            **_proposals(notice.run),
        },
    }  # fmt: skip


def _proposals(run: StageRun) -> dict[str, Any]:
    """An extension, an amendment and a return that wait for a signature at the office of a list."""
    handler = run.office.posts.filter(kind="handler").first().user
    shared = {"office": run.office, "reason": "示例理由", "proposed_by": handler}
    today = timezone.localdate()
    extension = Extension.objects.create(
        run=run, days=1, unit="calendar", old_due=today, new_due=today + timedelta(days=1), **shared
    )
    amendment = Amendment.objects.create(
        listing=run.listing, target="document_number", old="示例〔2026〕1号",
        new="示例〔2026〕2号", document_number="示例〔2026〕3号", dated_on=today, **shared,
    )  # fmt: skip
    back = ItemReturn.objects.create(
        run=run, item=run.listing.items.first(), due_on=today + timedelta(days=9),
        post="approver", faults=[{"target": "studio.area", "label": "面积", "clauses": [],
                                  "text": "请核对"}], **shared,
    )  # fmt: skip
    return {"extension_id": extension.public_id, "amendment_id": amendment.public_id,
            "return_id": back.public_id}  # fmt: skip


def _deputy(city: Jurisdiction) -> dict[str, Any]:
    """Somebody stands in for the handler of the office in charge."""
    run = StageRun.objects.filter(listing__jurisdiction=city).latest("pk")
    post = run.office.posts.filter(kind="handler").first()
    other = run.office.posts.exclude(user=post.user).first()
    today = timezone.localdate()
    row = delegate(post, other.user, starts_on=today, ends_on=today, reason="年休假", by=post.user)
    return {"code": city.code, "delegation_id": row.public_id, "user_id": other.user.public_id}


def consultations() -> dict[str, dict[str, Any]]:
    """A consultation that waits for its reply."""
    asked = Consultation.objects.get(office__code="discipline")
    reply = asked.replies.order_by("pk").first()
    return {
        "consultation": {
            "run_id": asked.run.public_id, "consultation_id": asked.public_id,
            "reply_id": reply.pk, "case_id": reply.case.public_id,
        }
    }  # fmt: skip


def meetings() -> dict[str, dict[str, Any]]:
    """A visit that was appointed, and a vote that is to be called."""
    runs = StageRun.objects.filter(office__jurisdiction__code="urumqi", state="open")
    visit, vote = runs.get(kind="visit"), runs.get(kind="vote")
    handler = User.objects.get(email="city-bureau-handler@urumqi.example")
    sitting = appoint(
        visit, by=handler, people=[Person("示例考察员甲"), Person("示例考察员乙")],
        appointments={visit.case.pk: Appointment(timezone.now(), "示例现场")},
    )  # fmt: skip
    item = sitting.agenda.get()
    picture = io.BytesIO()
    Image.new("RGB", (64, 64)).save(picture, "JPEG")
    upload = SimpleUploadedFile("现场.jpg", picture.getvalue(), "image/jpeg")
    photo = add_photo(item, upload, by=handler)
    convene(
        vote, by=handler, people=[Person(f"示例委员{name}") for name in "甲乙丙"],
        starts_at=timezone.now(), place="示例会议室",
    )  # fmt: skip
    return {
        "visit": {
            "run_id": visit.public_id, "item_id": item.public_id, "file_id": photo.public_id,
        },
        "vote": {"run_id": vote.public_id},
    }  # fmt: skip
