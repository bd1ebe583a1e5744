"""Click-to-load placeholders for embeds, in front of any website."""

__version__ = "0.1.0"
