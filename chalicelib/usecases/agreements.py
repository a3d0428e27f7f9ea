"""What the clocks of cases count by: today's configuration for those that start, an earlier one for those that run."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.case_kinds import CaseKind
from chalicelib.domain.cases import Case
from chalicelib.domain.clocks import Clock
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.errors import NotFound
from chalicelib.domain.sla import Agreement
from chalicelib.usecases.ports import ConfigurationSource


@dataclass(frozen=True, slots=True)
class ConfiguredAgreements:
    """`configuration` is the current one of `source`. Satisfies `domain.cases.Agreements`."""

    source: ConfigurationSource
    configuration: Configuration

    def new(self, case: Case) -> Agreement:
        return self.configuration.agreement_for(case)

    def running(self, case: Case, clock: Clock) -> Agreement:
        """A clock whose version of the configuration is lost counts by what holds now."""
        found = self._version(clock.version).find_agreement(clock.policy, clock.calendar)
        return found or self.configuration.agreement_for(case)

    def kind(self, case: Case) -> CaseKind:
        return self.configuration.kind_named(case.kind)

    def team(self, case: Case) -> str:
        return self.configuration.owner_in_place_of(case.team)

    def _version(self, version: str) -> Configuration:
        if version in ("", self.configuration.version):
            return self.configuration
        try:
            return self.source.version(version)
        except NotFound:
            return self.configuration


def current_agreements(source: ConfigurationSource) -> ConfiguredAgreements:
    return ConfiguredAgreements(source, source.current())
