"""What the catalogue means, without a database, a portal or a clock."""
