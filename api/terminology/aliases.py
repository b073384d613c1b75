"""Other names that code systems, value sets and concept maps are asked for by (terminology.md §5.1)."""

from collections.abc import Mapping


def own_name(canonical: str, aliases: Mapping[str, str]) -> str:
    """The name that is held here for a canonical; what follows its bar (a version, a code) is kept."""
    name, bar, rest = canonical.partition("|")
    return f"{aliases.get(name, name)}{bar}{rest}"
