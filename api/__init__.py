"""The HTTP edge: FHIR and plain JSON in and out, one place that turns errors into answers."""
