"""The rules behind the error list of `lcsd.md` §9: fields, headers, grammar, entries, references, value set."""
