"""E-way bills: when one is needed, and the portal's bulk file."""
