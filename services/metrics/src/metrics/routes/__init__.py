"""The HTTP face of metrics. Each module is one router."""
