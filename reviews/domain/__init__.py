"""All writes of reviews. Locks in this order: Round, List, Case, Application, Claim."""
