"""Parts without business words: paged table, form, fields, charts and page states."""
