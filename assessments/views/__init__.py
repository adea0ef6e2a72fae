"""Pages of units, officers and the public about studios."""
