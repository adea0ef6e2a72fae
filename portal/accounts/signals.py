"""What other apps may answer."""

from django.dispatch import Signal

# Asked with enterprise, a unit that nobody can act for: each receiver returns a list of names,
# with telephone numbers, of who may invite somebody to act for it.
whom_to_ask = Signal()

# Asked with invitation, by which an authority lets the first person into a unit: each receiver
# returns whether whoever made it may still act for that authority.
still_in_charge = Signal()
