"""What the site's operator runs."""
