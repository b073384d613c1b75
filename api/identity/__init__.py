"""Who calls: what a bearer token says, whoever issued it."""
