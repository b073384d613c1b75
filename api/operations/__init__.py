"""The operations of the terminology in FHIR, one file each: its table of parameters, what it answers, its routes."""
