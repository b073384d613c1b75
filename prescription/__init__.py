"""The order: its people, lines, rules, life cycle, EPU code, and the use cases over them. No HTTP, SQL or FHIR JSON."""
