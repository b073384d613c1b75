"""Where each part of the order stands in what was sent: from a path of the domain to a FHIRPath expression."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Places:
    """Learns places while a Bundle is read. Paths of the domain: `patient.name`, `line/<line id>/exam`, ``."""

    root: str = "Bundle"
    _known: dict[str, str] = field(default_factory=dict)

    def mark(self, path: str, expression: str) -> None:
        """Remembers that `path` was read at `expression`."""
        self._known[path] = expression

    def locate(self, path: str) -> str:
        """The expression of `path`, or of the nearest known place that holds it; FHIRPath comes back as it is."""
        if path == self.root or path.startswith((f"{self.root}.", "Parameters")):
            return path
        while path:
            if path in self._known:
                return self._known[path]
            path = path[: max(path.rfind("/"), path.rfind("."), 0)]
        return self._known.get("", self.root)
