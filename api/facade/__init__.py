"""The FHIR façade over HTTP: what is published, searching it, the headers of its answers (terminology.md §5.3)."""
