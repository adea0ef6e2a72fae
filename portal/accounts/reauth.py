"""Asking for the password again before something sensitive.

Put ``@reauthenticated`` above ``reads``, ``writes`` or ``serves`` of views that show a full ID
number, export in bulk, change roles or publish results. Signing in or confirming within the last
five minutes counts.
"""

from allauth.account.decorators import reauthentication_required

reauthenticated = reauthentication_required
