"""What may be done with policies, calls, offices and the calendar."""
