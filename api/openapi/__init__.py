"""The OpenAPI of the service: what each route says of itself beside it, and the one document made of it all."""
