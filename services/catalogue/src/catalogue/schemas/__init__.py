"""The public shapes of this service, with the words an integrator reads."""
