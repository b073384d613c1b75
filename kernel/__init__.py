"""What every room may lean on: errors, findings, the clock, identifiers, text folding. Standard library only."""
