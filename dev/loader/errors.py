"""The one exception of the loader."""


class LoadError(Exception):
    """A file that can't be loaded; the message is one sentence for its owner."""
