"""Who the patient is, in the sense of the RNIV: strict traits, status, birth places, and the INSi teleservice.

Rules: prescription.md §9, seed 003 §3.2. Nothing here is kept: the local base of identities is that of the software
which calls.
"""
