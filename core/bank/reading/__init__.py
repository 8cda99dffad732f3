"""Statements of banks out of the files they give: CSV, Excel in every disguise, OFX and MT940."""
