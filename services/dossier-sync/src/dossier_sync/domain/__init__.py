"""What a dossier is here, and which records may become one. Standard library and shared.domain only."""
