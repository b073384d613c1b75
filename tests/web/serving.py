"""The services of this room: on a base that was made before, since a first start is asked for elsewhere."""

from pathlib import Path

from tests.api.service import put_base
from tests.journeys.running import RunningService


def service_on(data: Path, **settings: str) -> RunningService:
    """A service in a process of its own, INSi simulated unless told otherwise."""
    put_base(data)
    return RunningService(data, **{"CIRCUITBIO_INSI": "simulated", **settings})
