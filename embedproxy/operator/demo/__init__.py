"""A small German blog to try embedproxy on; it knows nothing of embedproxy."""
