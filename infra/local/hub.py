"""The hub's own code, used from outside of its functions: by what stands in for the carriers, and by tools."""

from __future__ import annotations

from functools import cached_property

from chalicelib.domain.configuration import Configuration
from chalicelib.settings import Settings
from chalicelib.usecases.ports import RawStore
from chalicelib.wiring import Ports
from infra.local.stack import LocalStack


class HubPorts:
    """Some of the hub's ports, on the stack's table and buckets.

    For processes that run in the stack's `environment()`, out of which botocore takes the endpoints. Everything raises
    NotDeployed until the stack is up.
    """

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack

    def configuration(self) -> Configuration:
        """As valid at most a minute ago."""
        return self._ports.configuration.current()

    @property
    def raw(self) -> RawStore:
        return self._ports.raw

    @cached_property
    def _ports(self) -> Ports:
        return Ports(Settings(self._stack.hub_environment()))
