"""Tables of accounts, one file each."""

from portal.accounts.models.account_event import AccountEvent
from portal.accounts.models.demo import DemoAccount
from portal.accounts.models.enterprise import Enterprise
from portal.accounts.models.invitation import Invitation
from portal.accounts.models.membership import Membership
from portal.accounts.models.user import User

__all__ = ["AccountEvent", "DemoAccount", "Enterprise", "Invitation", "Membership", "User"]
