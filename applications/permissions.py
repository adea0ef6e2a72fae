"""Who may do what with a filing. Each answer is a Verdict with its reason."""

from typing import Any

from applications.enums import Status
from jurisdictions.permissions import can_administer, can_oversee, works_for
from jurisdictions.queries import policy_of
from portal.accounts.enums import MemberRole
from portal.accounts.queries import enterprises_of, has_role
from portal.common.verdict import ALLOW, Verdict, deny

OPEN = frozenset({Status.DRAFT, Status.RETURNED})
ENDED = frozenset({Status.DECIDED, Status.WITHDRAWN, Status.LAPSED})
#: Who may bind the unit: hand in, take back.
SPEAKING = (MemberRole.HANDLER, MemberRole.PRINCIPAL)


def is_against(application: Any) -> bool:
    """Whether an office runs the procedure against the unit."""
    if application.entered_by_office is None or application.studio_id is None:
        return False
    shape = policy_of(application.ruleset).procedure(application.procedure)
    return shape.visible_to_unit_from is not None


def is_member(user: Any, application: Any) -> bool:
    """Whether a person acts for the unit of a filing, in any role."""
    units = enterprises_of(user).filter(pk=application.enterprise_id)
    return bool(application.shown_to_unit) and units.exists()


def takes_part(user: Any, application: Any) -> bool:
    """Whether a person acts for another unit that takes part in a filing."""
    mine = application.parties.filter(enterprise__in=enterprises_of(user))
    return bool(application.shown_to_unit) and mine.exists()


def can_confirm(user: Any, party: Any) -> Verdict:
    """Allow handlers and principals of the other unit to confirm a filing."""
    if any(has_role(user, party.enterprise, role) for role in SPEAKING):
        return ALLOW
    return deny("由该单位的经办人或负责人确认。")


def enters_for_unit(user: Any, application: Any) -> bool:
    """Whether a person works at the window that entered a paper filing (代录)."""
    office = application.entered_by_office
    return office is not None and bool(works_for(user, office))


def can_see(user: Any, application: Any) -> Verdict:
    """Allow members of the units that take part, and the window that entered the filing."""
    if _writes(user, application) or takes_part(user, application):
        return ALLOW
    return deny("没有找到这件申报。")


def _writes(user: Any, application: Any) -> bool:
    return is_member(user, application) or enters_for_unit(user, application)


def can_fill(user: Any, application: Any) -> Verdict:
    """Allow the same people while the filing is with the unit."""
    if not can_see(user, application):
        return deny("没有找到这件申报。")
    if is_against(application) and not enters_for_unit(user, application):
        return deny("该事项由机构发起，请在“陈述申辩”中发表意见。")
    if not _writes(user, application):
        return deny(f"由{application.enterprise}填写，您所在的单位核对后确认。")
    return is_with_unit(application)


def is_with_unit(application: Any) -> Verdict:
    """Allow changes while the filing is with the unit, whoever makes them."""
    if application.status in OPEN:
        return ALLOW
    return deny(application.locked_says)


def can_speak(user: Any, application: Any) -> Verdict:
    """Allow handlers and principals of the unit, and the window, to hand in or take back."""
    if is_against(application) and not enters_for_unit(user, application):
        return deny("该事项由机构发起，单位不能提交或撤回。")
    unit = application.enterprise
    if any(has_role(user, unit, role) for role in SPEAKING) or enters_for_unit(user, application):
        return ALLOW
    return deny("领办人可以填写，由本单位经办人或负责人提交。")


def can_submit(user: Any, application: Any) -> Verdict:
    """Allow those who speak for the unit while the filing is with it."""
    filling = can_fill(user, application)
    return can_speak(user, application) if filling else filling


def _initiators(application: Any) -> tuple[str, ...]:
    found: tuple[str, ...] = (
        policy_of(application.ruleset).procedure(application.procedure).initiators
    )
    return found


def can_withdraw(user: Any, application: Any) -> Verdict:
    """Allow those who speak for the unit until the filing has ended."""
    if application.status in ENDED:
        return deny(f"申报件{application.status_words(for_unit=True)}，不能撤回。")
    if application.studio_id is not None and "unit" not in _initiators(application):
        return deny("这是到期应办的事项，不能撤回。")
    return can_speak(user, application)


def can_state(user: Any, application: Any) -> Verdict:
    """Allow handlers and principals of the unit to state its view."""
    if any(has_role(user, application.enterprise, role) for role in SPEAKING):
        return ALLOW
    return deny("由本单位经办人或负责人提交陈述申辩。")


def can_enter(user: Any, office: Any) -> Verdict:
    """Allow people at a post of an office to enter paper filings for units."""
    return works_for(user, office)


def can_receive_paper(user: Any, application: Any, offices: Any) -> Verdict:
    """Allow people at a post of an office that has the filing or entered it, and administrators.

    Args:
        user: the person.
        application: the filing.
        offices: the offices that have the filing or entered it.
    """
    if any(works_for(user, office) for office in offices):
        return ALLOW
    if offices and can_administer(user, application.jurisdiction):
        return ALLOW
    return deny("只有承办或代录该件的机构可以登记收件。")


def can_export(user: Any, jurisdiction: Any) -> Verdict:
    """Allow administrators of a jurisdiction to export its filings."""
    return can_administer(user, jurisdiction)


def can_list(user: Any, jurisdiction: Any) -> Verdict:
    """Allow administrators and overseers to see the list of a jurisdiction's filings."""
    return can_oversee(user, jurisdiction)
