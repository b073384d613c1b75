"""A version of a laboratory's catalogue as FHIR R4, beside its LCSD messages: one writer a resource (lcsd.md §11).

What R4 has no element for stands in extensions of ours, `lab-…`; the table is in docs/lab-catalogue-fhir.md.
"""
