"""Tables of jurisdictions, one file each."""

from jurisdictions.models.delegation import Delegation
from jurisdictions.models.holiday import Holiday
from jurisdictions.models.jurisdiction import Jurisdiction
from jurisdictions.models.office import Office, OfficeBinding, Post
from jurisdictions.models.round import Round, RoundAttachment
from jurisdictions.models.ruleset import Basis, Ruleset
from jurisdictions.models.staff_invitation import StaffInvitation

__all__ = [
    "Basis",
    "Delegation",
    "Holiday",
    "Jurisdiction",
    "Office",
    "OfficeBinding",
    "Post",
    "Round",
    "RoundAttachment",
    "Ruleset",
    "StaffInvitation",
]
