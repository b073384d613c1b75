"""FHIR R4 JSON to the domain and back: one file per resource, `read_…` and `write_…` side by side."""
