"""What the visitor is told: catalogues in every language, the two layers of a notice, its hash."""
