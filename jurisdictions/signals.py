"""What other apps may hear of."""

from django.dispatch import Signal

# Sent in the transaction of the change, with jurisdiction, kind (a word), text (a Chinese
# sentence), by (the person or None) and data (plain values): for the event log.
acted = Signal()
