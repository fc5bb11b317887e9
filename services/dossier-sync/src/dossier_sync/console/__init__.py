"""The operators' console: pages a browser shows without a script, over the same rows the API answers from."""
