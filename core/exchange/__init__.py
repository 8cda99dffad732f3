"""In and out of the book: interchange files and spreadsheets."""
