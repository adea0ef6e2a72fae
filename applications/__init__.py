"""Who files what, and what exists: applications, submissions, studios."""
