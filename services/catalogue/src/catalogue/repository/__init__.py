"""Every statement of this service, grouped by what it asks about. Functions take the connection first."""
