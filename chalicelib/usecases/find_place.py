"""Where an inbound message belongs: reads what the rules of matching have to know, and asks them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.confusables import imitated_by
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import CustomerPage, PointOwner, survivor_among
from chalicelib.domain.errors import NotFound
from chalicelib.domain.inboxes import addresses_of_ours
from chalicelib.domain.matching import (
    FOLLOW_UP,
    SECOND_COPY,
    Facts,
    Match,
    broken_signatures,
    choose_case,
    claimed_cases,
    find_first_copy,
    goes_on_in_new_case,
)
from chalicelib.domain.messages import InboundMessage, Receipt
from chalicelib.domain.remarks import hindered, remark
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.sender_warnings import SenderWarning, WarningKind, warnings_about_address
from chalicelib.domain.trust import POWERS
from chalicelib.usecases.inbound_changes import Place
from chalicelib.usecases.ports import Found, ThreadStore

MOST_MOVES = 10  # steps from where something stood to where it stands now; more of them are a circle


@dataclass(frozen=True, slots=True)
class FindPlace:
    threads: ThreadStore
    reply_keys: KeyRing

    def __call__(
        self, message: InboundMessage, receipt: Receipt, inbox: Inbox, found: Found, configuration: Configuration
    ) -> Place:
        """`found`: what the first read gave. Reads the sender's customer, and what that page does not have."""
        copied = self._beside_first_copy(message, receipt, found)
        if copied:
            return copied
        forwarded_for = _forwarded_for(message, configuration)
        pages = self._pages_of_sender(message, found)
        facts = Facts(
            owner=found.owner if pages else None,
            anchors=found.anchors,
            pointers=found.pointers,
            ring=self.reply_keys,
            continuity_window=inbox.continuity_window,
            now=receipt.received_at,
            cases={case.id: case for page in pages for case in page.cases if not case.moved_to},
            open_case_count=sum(page.customer.open_case_count for page in pages),
            family=frozenset(page.customer.id for page in pages),
            forwarded_for=forwarded_for,
        )
        facts = replace(facts, cases={**facts.cases, **dict(self._other_cases(message, facts, pages))})
        match = choose_case(message, facts)
        warnings = tuple(self._warnings(message, facts, configuration))
        if match.case:
            return replace(
                self._in_case(match, match.case, facts.owner, pages, message, receipt, inbox), warnings=warnings
            )
        if forwarded_for:
            return Place(
                match.rule, match.evidence, claims=match.claims, forwarded_for=forwarded_for, warnings=warnings
            )
        return Place(
            match.rule,
            match.evidence,
            customer=pages[0].customer if pages else None,
            known=survivor_among(pages),
            owns_sender=POWERS[message.trust].keeps_customer and message.sender is not None and not pages,
            claims=match.claims,
            warnings=warnings,
        )

    def _beside_first_copy(self, message: InboundMessage, receipt: Receipt, found: Found) -> Place | None:
        first = find_first_copy(message, found.anchors, receipt.received_at)
        case = self._find_case([first.customer_id], first.case_id) if first else None
        if first is None or case is None:
            return None
        evidence = remark("second_copy")
        return Place(SECOND_COPY, evidence, case=case, copy_of=first.entry_id, warnings=message.warnings)

    def _pages_of_sender(self, message: InboundMessage, found: Found) -> tuple[CustomerPage, ...]:
        """The page of the customer under whom the sender's contact point is at home, and after a merge those of
        everybody who is one person with them.
        """
        if found.owner is None or not POWERS[message.trust].keeps_customer:
            return ()
        pages = {found.owner.kept_under: self._page(found.owner.kept_under)}
        survivor = self._survivor_of(pages.get(found.owner.customer_id) or self._page(found.owner.customer_id))
        for id_ in (survivor.customer.id, *survivor.customer.merged_from):
            if id_ not in pages:
                pages[id_] = survivor if id_ == survivor.customer.id else self._page(id_)
        return tuple(pages.values())

    def _page(self, customer_id: str) -> CustomerPage:
        return self.threads.get_customer_page(customer_id)

    def _survivor_of(self, page: CustomerPage) -> CustomerPage:
        """Who was merged since we read who owns the address has a survivor, who answers for both."""
        seen: set[str] = set()
        while page.customer.merged_into and page.customer.id not in seen and len(seen) < MOST_MOVES:
            seen.add(page.customer.id)
            page = self._page(page.customer.merged_into)
        return page

    def _in_case(
        self,
        match: Match,
        case: Case,
        owner: PointOwner | None,
        pages: tuple[CustomerPage, ...],
        message: InboundMessage,
        receipt: Receipt,
        inbox: Inbox,
    ) -> Place:
        customer = next((page.customer for page in pages if page.customer.id == case.customer_id), None)
        if customer is None and case.status is not CaseStatus.OPEN:
            customer = self._page(case.customer_id).customer
        in_family = any(page.customer.id == case.customer_id for page in pages)
        away = owner if owner and in_family and case.customer_id != owner.kept_under else None
        if goes_on_in_new_case(case, receipt.received_at, inbox.reopen_within) and not message.automatic:
            evidence = hindered(match.evidence, _why_not(case))
            if away:
                customer = pages[0].customer  # a new case is opened where the sender's contact point is at home
            return Place(
                FOLLOW_UP,
                evidence,
                customer=customer,
                known=survivor_among(pages) if in_family else None,
                follows=case.reference,
                claims=match.claims,
            )
        return Place(match.rule, match.evidence, case=case, customer=customer, away_from_home=away)

    def _other_cases(
        self, message: InboundMessage, facts: Facts, pages: tuple[CustomerPage, ...]
    ) -> Iterator[tuple[str, Case]]:
        """Claimed cases outside the pages that were read: one more read each, and there is rarely one."""
        wanted = {claim.case_id: [claim.customer_id, *sorted(facts.family)] for claim in claimed_cases(message, facts)}
        if facts.open_case_count == 1:
            for page in pages:
                wanted.update((case_id, [page.customer.id]) for case_id in page.customer.open_cases)
        for case_id, customer_ids in wanted.items():
            case = None if case_id in facts.cases else self._find_case(customer_ids, case_id)
            if case:
                yield case_id, case

    def _find_case(self, customer_ids: Iterable[str], case_id: str) -> Case | None:
        """The case under the first of the customers who has it, or wherever it was moved to since. None when it is
        gone: an anchor or pointer may outlive its case.
        """
        for customer_id in dict.fromkeys(customer_ids):
            try:
                return self._where_it_stands(self.threads.get_case(customer_id, case_id))
            except NotFound:
                continue
        return None

    def _where_it_stands(self, case: Case) -> Case | None:
        seen: set[tuple[str, str]] = set()
        while case.moved_to:
            pointer = self.threads.find_pointer(case.reference)
            if pointer is None or (pointer.customer_id, pointer.case_id) in seen or len(seen) == MOST_MOVES:
                return None
            seen.add((pointer.customer_id, pointer.case_id))
            case = self.threads.get_case(pointer.customer_id, pointer.case_id)
        return case

    def _warnings(self, message: InboundMessage, facts: Facts, configuration: Configuration) -> Iterator[SenderWarning]:
        yield from message.warnings
        for reference in dict.fromkeys(broken_signatures(message, facts)):
            yield SenderWarning(WarningKind.BROKEN_SIGNATURE, reference)
        imitated = imitated_by(message.sender) if message.sender and facts.owner is None else None
        known = [imitated] if imitated and self.threads.find_owner(imitated) else []
        known += [point for case in facts.cases.values() for point in case.participants]
        yield from warnings_about_address(message.sender, (*known, *_points_of_ours(configuration)))


def _why_not(case: Case) -> str:
    if case.status is CaseStatus.SPAM:
        return remark("was_spam")
    return remark("closed_too_long", day=f"{case.closed_at:%Y-%m-%d}")


def _points_of_ours(configuration: Configuration) -> Iterator[ContactPoint]:
    """Where mail reaches us and our colleagues, as the configuration writes it: in lower case."""
    teams = (mail for team in configuration.teams.values() for mail in (team.email, team.supervisor_email))
    for address in (*sorted(addresses_of_ours(configuration)), *teams):
        if "@" in address:
            yield ContactPoint(PointKind.EMAIL, address)


def _forwarded_for(message: InboundMessage, configuration: Configuration) -> ContactPoint | None:
    """Whose message one of our own people passes on. Only of a colleague who is surely one: else a stranger could have
    us take theirs for anybody's.
    """
    sender, author = message.sender, message.forwarded_from
    if sender is None or author is None or not POWERS[message.trust].joins_by_other_rules:
        return None
    from_outside = author != sender and not configuration.is_colleague(author.value)
    passed_on = configuration.is_colleague(sender.value) and from_outside
    return author if passed_on and author.value not in addresses_of_ours(configuration) else None
