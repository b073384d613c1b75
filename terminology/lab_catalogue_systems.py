"""The code systems a laboratory's catalogue draws on (`terminology.md` §5.1, `lcsd.md` §4 and §5)."""

from kernel import finess, loinc

LOINC = loinc.SYSTEM
FINESS = finess.SYSTEM
NABM = "https://smt.esante.gouv.fr/terminologie-nabm"
UCUM = "http://unitsofmeasure.org"
SPECIMEN = "http://terminology.hl7.org/CodeSystem/v2-0487"
ADDITIVE = "http://terminology.hl7.org/CodeSystem/v2-0371"
TECHNIQUE = "https://smt.esante.gouv.fr/terminologie-tccr"
LOCAL_SYSTEM = "urn:x-circuitbio:code-local"
"""The laboratory's own codes, which have no system outside it."""
