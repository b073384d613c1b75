"""One file per segment of an entry: how a part of an exam is written in it, and read back (`lcsd.md` §3–5)."""
