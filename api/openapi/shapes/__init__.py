"""The JSON of `/api` (interface.md §5, §6), one file a subject; Schemathesis holds the service to it."""
