"""The screen of standing: who owes what by age, how they pay, statements for all, the trial balance, closing."""
