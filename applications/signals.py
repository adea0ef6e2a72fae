"""What other apps may listen to. Sent inside the transaction of the change."""

from django.dispatch import Signal

# application, submission
submitted = Signal()
# application
withdrawn = Signal()
# application, result
decided = Signal()
# application: it is about to lapse; whoever holds rows that are locked before it locks them now
lapsing = Signal()
# application, reason
lapsed = Signal()
# application, old, new: a recorded amendment changed the result
amended = Signal()
# application, statement: the unit stated its view
stated = Signal()
