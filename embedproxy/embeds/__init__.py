"""A page's embeds: recognised, and replaced by a placeholder or, after a grant, by the provider's frame."""
