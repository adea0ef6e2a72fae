"""Brings a running demonstration to the pages that the pictures show.

    PORTAL_VAR=var python -m tests.screenshot_stage > staged.json

One assessment waits for its assessor, with the verified score beside the self-score; two wait for
their grades, under the share the text allows. In a made-up city one filing is about to be heard,
and of those heard two share the place at which the quota ends. What is written: name of the
picture, who signs in, and the address.
"""

import json
import os
import sys
from typing import Any

import django

PLACE = "chaoyang"


def demonstration() -> Any:
    """The city of the demonstration as the helpers of the tests know one."""
    from jurisdictions.models import Jurisdiction
    from jurisdictions.queries import current_ruleset, posts_in
    from portal.accounts.models import User
    from tests.reviews.factories import City

    place = Jurisdiction.objects.get(code=PLACE)
    ruleset = current_ruleset(place)
    if ruleset is None:
        raise LookupError(PLACE)
    people = {(post.office_id, post.kind): post.user
              for post in posts_in(place).filter(active_until=None).order_by("-pk")}  # fmt: skip
    admin = User.objects.get(email=f"admin@{PLACE}.example")
    return City(PLACE, ruleset, place.rounds.latest("pk"), admin, people)


def stage(city: Any, password: str) -> list[tuple[str, str, str]]:
    """Make studios whose assessment is due, and bring them to the pages.

    Args:
        city: the place with its people.
        password: the one with which everybody of the demonstration signs in.
    """
    from django.urls import reverse

    from reviews.domain import seating
    from reviews.models import Case
    from tests.assessments import assessed as way
    from tests.reviews import factories as make

    people = way.assessors(city)
    for person in people:
        person.user.set_password(password)
        person.user.save()
    waiting, *judged = [way.filed(way.studio_in(city, number)) for number in (1, 2, 3)]
    for case, total in zip(judged, ("95", "82"), strict=True):
        way.scored(city, case, total, people)
    listing = way.gathered(city, Case.objects.get(pk=judged[0].pk))
    make.pass_check(city, make.run_of(waiting))
    run = make.run_of(Case.objects.get(pk=waiting.pk))
    first, *_ = [seating.declare(seat, by=seat.expert.user, clear=True)
                 for seat in seating.appoint(run, people, by=city.person(run.office))]  # fmt: skip
    grader = city.person(make.list_run(listing).office)
    return [
        ("scores", first.expert.user.login_name, reverse("reviews:panel-seat",
                                                         args=[first.public_id])),
        ("grading", grader.login_name, reverse("reviews:list", args=[listing.public_id])),
    ]  # fmt: skip


def contest(password: str) -> list[tuple[str, str, str]]:
    """Make the city of the tests that hears its applicants: a hearing, and a list with a tie.

    Args:
        password: the one with which everybody of the demonstration signs in.
    """
    from django.urls import reverse

    from tests.reviews import lagoon as there
    from tests.reviews import panel_factories as panels

    city = there.lagoon()
    people = [panels.expert(city, number) for number in range(3)]
    *heard, waiting = [there.filed(city, number) for number in range(4)]
    for case, (review, defence) in zip(heard, ((50, 56), (40, 50), (26, 56)), strict=True):
        there.heard(city, case, people, review, defence)
    run = there.to_hearing(city, waiting, people, 40)
    officer = city.person(run.office)
    officer.set_password(password)
    officer.save()
    return [
        ("hearing", officer.login_name, reverse("reviews:panel-run-timer", args=[run.public_id])),
        ("cut", officer.login_name, reverse("reviews:list", args=[there.listed(city).public_id])),
    ]


def main() -> int:
    """Stage the demonstration and say where the pages are."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from tests.screenshots import PASSWORD

    pages = stage(demonstration(), PASSWORD) + contest(PASSWORD)
    json.dump(pages, sys.stdout, ensure_ascii=False, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
