"""Every text an order holds, with its place: what a page or a file must be able to carry."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from prescription.epu_code import EpuCode


def texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Each text below a value of the domain, its path (`lines[0].note`) first; the code is no text."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from texts(item, f"{path}[{index}]")
    elif is_dataclass(value) and not isinstance(value, EpuCode):
        for field in fields(value):
            yield from texts(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
