"""A shortlist begins with what the ranking says, up to the places, and shows ties and the cut."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jurisdictions.domain.offices import appoint, mark_staff
from jurisdictions.models import Round
from portal.common.doors import grant
from reviews.domain import gathering
from reviews.domain.cutting import TIED, UNRANKED, Cut, Suggestion, cut_of, suggest
from reviews.domain.results import Standing
from reviews.domain.stages import SAVE, take_action
from reviews.interfaces.placespage import draw_line
from reviews.models import Expert, List, ListItem, PanelResult, QuotaSlot, StageRun
from tests.factories import make_user
from tests.reviews import factories as make
from tests.reviews import lagoon as there
from tests.reviews import panel_factories as panels
from tests.reviews.standing import fresh, list_at, waiting
from tests.reviews.test_new_roads import all_heard

LEFT_OUT = "名额所限，综合评审排名靠后"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def items(*cases: int) -> list[ListItem]:
    return [ListItem(pk=case * 10, case_id=case) for case in cases]


def placed(*places: int) -> dict[int, Standing]:
    return {n: Standing(place, places.count(place) > 1, "") for n, place in enumerate(places, 1)}


def lines_in(text: str) -> list[str]:
    """Where the page draws the line of the places."""
    return re.findall('<tr class="gj-cut"><td colspan="4">([^<]*)</td></tr>', text)


@pytest.mark.parametrize(
    ("places", "free", "line"),
    [
        ((1, 2, 3), 2, [None, "以上 2 个在名额之内", None]),
        ((1, 2, 2), 2, [None, "以上 2 个在名额之内；第 2 名并列，名额不足，请人工确定", None]),
        ((2, 1, 3), 2, [None, None, None]),
        ((1, 2, 3), 3, [None, None, None]),
        ((1, 2, 3), 0, [None, None, None]),
    ],
)
def test_the_line_of_the_places_is_drawn_where_all_stand_in_order(
    places: tuple[int, ...], free: int, line: list[str | None]
) -> None:
    rows: list[dict[str, Any]] = [{"standing": row} for row in placed(*places).values()]
    draw_line(rows, free)
    assert [row.get("line") for row in rows] == line


YES, OPEN = Suggestion("pass"), Suggestion("")


@pytest.mark.parametrize(
    ("places", "free", "said"),
    [
        ((1, 2, 3), None, (YES, YES, YES)),
        ((1, 2, 3), 2, (YES, YES, OPEN)),
        ((3, 1, 2), 2, (OPEN, YES, YES)),
        ((1, 2, 2, 4), 2, (YES, Suggestion("", TIED), Suggestion("", TIED), OPEN)),
        ((1, 1, 3), 2, (YES, YES, OPEN)),
        ((1, 2), 0, (OPEN, OPEN)),
    ],
)
def test_those_of_one_place_go_in_together_or_not_at_all(
    places: tuple[int, ...], free: int | None, said: tuple[Suggestion, ...]
) -> None:
    rows = items(*range(1, len(places) + 1))
    found = suggest(rows, placed(*places), free)
    assert tuple(found[row.pk] for row in rows) == said


def test_who_was_not_ranked_is_chosen_by_a_person_where_places_are_short() -> None:
    unranked = Suggestion("", UNRANKED)
    assert suggest(items(1, 2), {}, 1) == {10: unranked, 20: unranked}
    assert suggest(items(1, 2), {}, 2) == {10: YES, 20: YES}
    assert suggest(items(1, 2, 3), placed(1), 2) == {10: YES, 20: unranked, 30: unranked}


def test_a_cut_says_places_chosen_and_left() -> None:
    assert str(Cut(5, hard=True, taken=2, chosen=1)) == (
        "名额 5 个，本批次其他名单已占 2 个，现选入 1 个，还可选入 2 个"
    )
    assert str(Cut(5, hard=True, taken=2, chosen=1, kept=2)) == (
        "名额 5 个，本批次其他名单已占 2 个，为其他名单已入选而暂缓的件保留 2 个，"
        "现选入 1 个，还可选入 0 个"
    )
    over = Cut(5, hard=False, taken=0, chosen=7)
    assert (str(over), over.over) == ("原则上不超过 5 个，现选入 7 个，超出 2 个", True)


@pytest.fixture
def city(db: None) -> make.City:
    """Four are heard: two share the first place, then one each."""
    return there.lagoon()


@pytest.fixture
def people(city: make.City) -> list[Expert]:
    return [panels.expert(city, number) for number in range(3)]


def with_places(city: make.City, people: list[Expert], places: int) -> List:
    all_heard(city, people)
    Round.objects.filter(pk=city.round.pk).update(quota=places)
    return there.listed(city)


def rows_of(client: Client, listing: List) -> dict[str, tuple[int, bool, str, str]]:
    """What the page shows: place, whether shared, what is preselected, why not."""
    page = client.get(reverse("reviews:list", args=[listing.public_id]))
    return {row["item"].case.application.leader_name: (
                row["standing"].place, row["standing"].tied, row["result"], row["mark"])
            for row in page.context["results"]}  # fmt: skip


def test_the_page_preselects_by_place_up_to_the_places_and_shows_ties(
    city: make.City, people: list[Expert], as_user: Any
) -> None:
    listing = with_places(city, people, 2)
    client = as_user(city.person(city.office("bureau")))
    assert rows_of(client, listing) == {
        "示例人甲": (1, True, "pass", ""), "示例人丙": (1, True, "pass", ""),
        "示例人乙": (3, False, "", ""), "示例人丁": (4, False, "", ""),
    }  # fmt: skip
    text = client.get(reverse("reviews:list", args=[listing.public_id])).content.decode()
    assert "名额 2 个，现选入 2 个，还可选入 0 个。" in text
    assert lines_in(text) == ["以上 2 个在名额之内"]
    assert text.count('<span class="gj-tag gj-tag--gold">并列</span>') == 4
    assert "87 分" in text
    assert_scores_are_for_those_with_part(city, listing, as_user)


def assert_scores_are_for_those_with_part(city: make.City, listing: List, as_user: Any) -> None:
    """On the list and on the passage alike: not for who only administers or oversees."""
    boss, both = make_user("boss@example.gov.cn"), make_user("both@example.gov.cn")
    grant(boss, "oversee", city.jurisdiction)
    grant(both, "administer", city.jurisdiction)
    mark_staff(boss)
    appoint(both, city.office("bureau"), "handler", by=city.admin, reason="工作调整")
    scored = PanelResult.objects.filter(case__items__listing=listing).latest("pk")
    pages = [reverse("reviews:list", args=[listing.public_id]),
             reverse("reviews:run", args=[scored.run.public_id])]  # fmt: skip
    for user, seen in ((city.admin, False), (boss, False), (both, True)):
        shown = [as_user(user).get(page).content.decode() for page in pages]
        told = [bool(re.search(r"第 \d 名", text) and re.search(r"[\d.]+ 分|得分", text))
                for text in shown]  # fmt: skip
        assert told == [seen, seen], user


def test_a_tie_across_the_cut_is_left_to_a_person(
    city: make.City, people: list[Expert], as_user: Any
) -> None:
    listing = with_places(city, people, 1)
    client = as_user(city.person(city.office("bureau")))
    found = rows_of(client, listing)
    assert [found[name][2:] for name in ("示例人甲", "示例人丙", "示例人乙")] == [
        ("", TIED), ("", TIED), ("", "")
    ]  # fmt: skip
    text = client.get(reverse("reviews:list", args=[listing.public_id])).content.decode()
    assert lines_in(text) == ["以上 1 个在名额之内；第 1 名并列，名额不足，请人工确定"]
    address = reverse("reviews:list-act", args=[listing.public_id])
    run = make.list_run(listing)
    unchosen = {f"result-{item.pk}": "" for item in listing.items.all()}
    answer = client.post(address, {"action": "sign", "version": run.version, **unchosen})
    assert answer.status_code == 422
    assert "请选择是否入选：" in answer.content.decode()


def test_the_cut_is_previewed_and_kept_choices_are_not_preselected_again(
    city: make.City, people: list[Expert], as_user: Any
) -> None:
    listing = with_places(city, people, 2)
    client, run = as_user(city.person(city.office("bureau"))), make.list_run(listing)
    address = reverse("reviews:list-act", args=[listing.public_id])
    all_in = {f"result-{item.pk}": "pass" for item in listing.items.all()}
    text = client.post(address, {"action": "preview", **all_in}).content.decode()
    assert "名额 2 个，现选入 4 个，超出 2 个，须调整后才能提交。" in text
    first = listing.items.earliest("position")
    kept = {f"result-{item.pk}": "" for item in listing.items.all()} | {
        f"result-{first.pk}": "refuse", f"text-{first.pk}": LEFT_OUT,
    }  # fmt: skip
    client.post(address, {"action": "save", "version": run.version, **kept})
    assert [row[2] for row in rows_of(client, listing).values()] == ["refuse", "", "", ""]


def test_the_next_post_sees_places_beside_what_is_proposed(
    city: make.City, people: list[Expert], as_user: Any
) -> None:
    listing = with_places(city, people, 2)
    run = make.list_run(listing)
    out = {str(item.pk): {"result": "refuse", "text": LEFT_OUT}
           for item in listing.items.order_by("position")[2:]}  # fmt: skip
    take_action(fresh(run), SAVE, by=city.person(run.office), version=run.version, outcome="pass",
                data={"items": out})  # fmt: skip
    StageRun.objects.filter(pk=run.pk).update(waiting_for="approver", state="signing")
    client = as_user(city.person(run.office, "approver"))
    assert [row[2] for row in rows_of(client, listing).values()] == ["pass"] * 2 + ["refuse"] * 2
    text = client.get(reverse("reviews:list", args=[listing.public_id])).content.decode()
    assert text.count("（第 1 名，并列，87 分）：入选") == 2


@pytest.mark.django_db
def test_places_that_another_list_of_the_call_holds_are_not_free(as_user: Any) -> None:
    city = make.make_city("rongchang", quota=2)
    first = list_at(city, [make.submitted(city)], "consult")
    assert QuotaSlot.objects.get().item.listing_id == first.listing_id
    ready = [waiting(city, make.another(city, n)) for n in (1, 2)]
    listing = gathering.create_list(city.round, by=city.person(ready[0].office))
    cut = cut_of(listing, (2, None), 2)
    assert cut is not None
    assert (cut.taken, cut.left) == (1, -1)
