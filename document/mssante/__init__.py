"""Secure messaging (MSSanté, *référentiel socle #2*): a mail, its handing over, what comes back of it."""
