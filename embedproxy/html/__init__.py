"""Bytes in, tags with offsets out, edits spliced in: knows HTML, knows nothing of embeds."""
