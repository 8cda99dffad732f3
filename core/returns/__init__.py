"""The returns: GSTR-1 and GSTR-3B of a period, what stands in their way, and what was filed."""
