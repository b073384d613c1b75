"""The base of our own canonical URIs: it identifies, and is never dereferenced (interface.md)."""

DEFAULT_BASE = "https://circuit-biologie.invalid/fhir"
