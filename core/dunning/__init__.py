"""The ladder of reminders and the papers it issues."""
