"""What callers do with an order in the base, one file a use case. Each works inside one unit of work."""
