"""The operations of the terminology and the batch, as plain routes (`api/operations`)."""

from api.operations import batch, registry

ROUTES = [*registry.ROUTES, *batch.ROUTES]
