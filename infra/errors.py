"""What stops the tools of this folder, in words for whoever runs them."""


class PackagingError(Exception):
    """The text says what to do."""
