"""The reverse proxy: requests to the upstream over HTTP/1.1 and its answers back, streamed both ways."""
