"""Interest: by the MSMED Act and by agreement, reckoned, charged, taxed and given up."""
