"""Which mail addresses are of the secure messaging (MSSanté)."""

_DOMAIN = "mssante.fr"
_TRIAL_ENDING = ".mssante.example"  # reserved for examples (RFC 2606): no mail ever arrives there


def is_secure_address(address: str) -> bool:
    """Whether a mail address is one of the secure messaging (MSSanté): in its domain, or of an example of it."""
    name, at, domain = address.strip().lower().rpartition("@")
    inside = domain == _DOMAIN or domain.endswith((f".{_DOMAIN}", _TRIAL_ENDING))
    return bool(name and at and inside and address.isascii() and not any(c.isspace() for c in name))
