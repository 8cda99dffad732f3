"""Money received: the list, the entry with its bills beside it, and each receipt as a paper."""
