"""Publication and import of a laboratory's catalogue: IHE LCSD, transaction LAB-51, HL7 v2.5 (`lcsd.md`)."""
