"""Help for the prescriber (*aide à la prescription*): rules with their sources, history, prefilling, suggestions.

prescription.md §2: everything can be ignored in one gesture, nothing is reported to anyone, nothing blocks, and
nothing depends on a laboratory, a vendor or a price.
"""
