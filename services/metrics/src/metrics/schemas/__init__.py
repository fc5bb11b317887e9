"""The public shapes of metrics: what is asked, what is served, and how the one is put into the other."""
