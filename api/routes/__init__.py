"""One file an operation or a resource. A route parses, calls a use case, and writes; rules live elsewhere."""
