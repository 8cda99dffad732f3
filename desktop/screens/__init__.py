"""One package a screen: view, presenter, columns, dialog and actions."""
