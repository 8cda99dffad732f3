"""The first run: make a book, open one, or join a company's; and the page that asks for a key."""
