"""The ASGI face: the middleware, our own routes, the response headers."""
