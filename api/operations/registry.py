"""Every operation of the terminology, for the CapabilityStatement and the routes."""

from api.operations import expand, lookup, subsumes, translate, unsupported, validate_code, value_set_validate_code

OPERATIONS = (
    lookup.LOOKUP,
    validate_code.VALIDATE_CODE,
    subsumes.SUBSUMES,
    expand.EXPAND,
    value_set_validate_code.VALUE_SET_VALIDATE_CODE,
    translate.TRANSLATE,
)
"""Each has a type of resource, a name, the standard's definition, and is offered on the type and on one resource."""

ROUTES = [
    route
    for operation in (lookup, validate_code, subsumes, expand, value_set_validate_code, translate, unsupported)
    for route in operation.ROUTES
]
