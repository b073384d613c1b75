"""The base of our own canonical URIs: it identifies, and is never dereferenced (interface.md, setting CANONICAL_BASE)."""

DEFAULT_BASE = "https://circuit-biologie.invalid/fhir"
