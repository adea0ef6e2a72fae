"""Units that host an old studio together with its first one, as the old list names them."""

import re

from django.core.exceptions import ValidationError

from assessments.domain.brought import Named
from jurisdictions.engine.policy import Policy
from portal.accounts.validators import validate_uscc
from portal.common.errors import DomainError

_BETWEEN = re.compile(r"[；;\n]")
_NAME_ROOM = 200


def partners_of(row: Named) -> list[tuple[str, str]]:
    """Names and codes of the other hosts, in the order of the list.

    Raises:
        DomainError: names and codes are not as many, a code is not well formed, or a unit
            stands there twice; ``field`` names the column.
    """
    names, codes = _listed(row.partner_names), codes_of(row)
    if len(names) != len(codes):
        raise DomainError(
            "共建单位的名称和统一社会信用代码须一一对应，多个单位用“；”隔开。",
            field="partner_usccs",
        )
    if row.partner_since and not names:
        raise DomainError("写了共建起始日的，须填写共建单位。", field="partner_names")
    for code in codes:
        try:
            validate_uscc(code)
        except ValidationError as error:
            raise DomainError("；".join(error.messages), field="partner_usccs") from error
    if len({row.unit_uscc, *codes}) <= len(codes):
        raise DomainError("同一单位不能重复登记为所在单位。", field="partner_usccs")
    if any(len(name) > _NAME_ROOM for name in names):
        raise DomainError(f"每个单位名称不超过{_NAME_ROOM}字。", field="partner_names")
    return list(zip(names, codes, strict=True))


def codes_of(row: Named) -> list[str]:
    """Codes of the other hosts as the list has them, well formed or not."""
    return _listed(row.partner_usccs)


def _listed(text: str) -> list[str]:
    return [plain for part in _BETWEEN.split(text) if (plain := part.strip())]


def knows_partners(policy: Policy) -> bool:
    """Whether the text lets a unit host a studio beside another (合作共建)."""
    return any(
        item.kind == "add_host"
        for shape in policy.procedures.values()
        for result in shape.results.values()
        for item in result.effects
    )
