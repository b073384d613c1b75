"""The operations of the terminology and the batch, as plain routes (`api/operations`)."""

from api.operations import batch, registry
from api.routes.value_set_expand import BY_ID

ROUTES = [route for route in (*registry.ROUTES, *batch.ROUTES) if route.path != BY_ID]
