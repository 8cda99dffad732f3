"""The encrypted file: engine, keys, tables, Work, reading, paging, log and backup.

The only room that speaks SQL to the book.
"""
