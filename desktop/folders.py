"""Where this user's own files lie: one answer for the window and the command line. Free of Qt."""

from pathlib import Path


def facts_folder() -> Path:
    """Packs of facts and lists of codes that the user took."""
    from platformdirs import user_data_path  # asked for when wanted: the start goes without

    return user_data_path("bahi", appauthor=False) / "facts"


def marks_folder() -> Path:
    """The marks by which a book is known to be no copy (core.store.mark)."""
    from platformdirs import user_data_path

    return user_data_path("bahi", appauthor=False) / "marks"


def portal_keys_folder() -> Path:
    """The invoice portal's public keys, beside the user's settings."""
    from platformdirs import user_config_path

    return user_config_path("bahi", appauthor=False) / "portal_keys"


def cache_folder() -> Path:
    """What can be made again, such as the large book of `bahi bench`."""
    from platformdirs import user_cache_path

    return user_cache_path("bahi", appauthor=False)
