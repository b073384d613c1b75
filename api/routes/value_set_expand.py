"""`ValueSet/{id}/$expand`: after that of `demandes`, which has a route of its own."""

from fastapi import APIRouter

from api.operations import expand

BY_ID = "/fhir/ValueSet/{id}/$expand"
router = APIRouter()
router.routes.extend(route for route in expand.ROUTES if route.path == BY_ID)
