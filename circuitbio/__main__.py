"""`python -m circuitbio`."""

from circuitbio.cli import main

main()
