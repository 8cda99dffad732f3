"""One document: its paper, its figures, what settled it and what may be done with it."""
