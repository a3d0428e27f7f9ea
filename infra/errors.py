"""What stops the tools of this folder, in words for whoever runs them."""


class PackagingError(Exception):
    """The text says what to do."""


class DeploymentError(Exception):
    """The text says what stood in the way, and what to do."""
