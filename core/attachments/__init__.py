"""Proofs beside papers: photos, signed challans, letters. The log names them; their bytes go a way of their own."""
