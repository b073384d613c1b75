"""Readers: a file of the value set in, a whole release or a located error out; never a half-built release."""
