"""Who embeds what: one TOML file per provider, its schema, and the registry that knows them all."""
