"""The terminology as FHIR publishes it: what a release holds, under which names. No HTTP here."""
