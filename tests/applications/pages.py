"""Helpers of the page tests: a filled filing of a member who is signed in."""

from typing import Any

from django.test import Client
from django.urls import reverse

from applications.domain import drafts
from applications.interfaces.samples import fill
from applications.models import Application, Attachment
from jurisdictions.models import Round
from portal.accounts.models import User
from portal.accounts.queries import enterprises_of
from tests.applications.factories import sample

CITY = "urumqi"


def begun(user: User, round_: Round) -> Application:
    """An empty draft of the unit of a member."""
    unit = enterprises_of(user).first()
    assert unit is not None
    return drafts.start(round_, unit, by=user)


def filled_by(user: User, round_: Round, city: str = CITY) -> Application:
    """A complete draft of the unit of a member."""
    application = begun(user, round_)
    fill(application, sample(city), by=user)
    return Application.objects.get(pk=application.pk)


def quickly_filled(user: User, round_: Round, city: str = CITY) -> Application:
    """A complete draft whose files are rows alone: for pages that never open one."""
    application = begun(user, round_)
    given = {**sample(city), "materials": {}}
    fill(application, given, by=user)
    full = sample(city)["materials"]
    rows = {
        table: [row["row_id"] for row in answers]
        for section in application.sections.all()
        for table, answers in section.answers.items()
        if isinstance(answers, list) and answers and isinstance(answers[0], dict)
    }
    for material, said in full.items():
        fact = said if isinstance(said, dict) else {"count": int(said)}
        places = [""] * fact.get("count", 0) + ["leader"] * fact.get("person", 0)
        for table in fact.get("rows", {}):
            places += rows[table]
        for place in places:
            Attachment.objects.create(
                application=application,
                material=material,
                row=place,
                file="00/00/none.pdf",
                kind="pdf",
                name=f"{material}.pdf",
                size=1000,
                words=fact.get("words"),
                sha256="0" * 64,
                uploaded_by=user,
            )
    return Application.objects.get(pk=application.pk)


def at(name: str, application: Application, *rest: Any) -> str:
    """Address of a page of a filing."""
    return reverse(f"applications:{name}", args=[application.public_id, *rest])


def form_data(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back from the first form of a page, unchanged."""
    return unchanged(client.get(address).context["form"])


def unchanged(form: Any) -> dict[str, Any]:
    """What a browser would send back from a form, unchanged."""
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value not in (None, "", False):
            data[bound.html_name] = value
    for table in getattr(form, "tables", []):
        data[f"{table.group}-rows"] = [row["id"] for row in table.rows]
        for row in table.rows:
            for cell in row["cells"]:
                if cell.value() not in (None, ""):
                    data[cell.html_name] = cell.value()
    return data
