"""The HTTP side of dossier-sync: one module a resource."""
