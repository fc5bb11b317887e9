"""Procedures, agencies, decisions, online services, the working calendar and the API clients."""
