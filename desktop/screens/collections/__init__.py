"""Whom to chase: the worklist with its reasons, the ladder, and the letters written."""
