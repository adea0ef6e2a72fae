"""Asking for the password again before something sensitive.

Put ``@reauthenticated`` above ``reads``, ``writes`` or ``serves`` of views that show a full ID
number, export in bulk or tell results; ``@reauthenticated_to_change`` where only the sending of a
form is sensitive: who holds which post, whose account is locked. Signing never asks. Confirming
within the last five minutes counts.
"""

from allauth.account.decorators import reauthentication_required

reauthenticated = reauthentication_required
#: The form may be looked at; what was typed is carried out once the password is given.
reauthenticated_to_change = reauthentication_required(allow_get=True)
