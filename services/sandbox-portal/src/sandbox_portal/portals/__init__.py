"""How each portal spells the facts: one module a contract, nothing of HTTP."""
