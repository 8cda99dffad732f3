"""Ageing, a party's statement, the worklist and the figures of Today."""
