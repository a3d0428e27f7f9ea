"""What the main operations cost on the table: round trips, and units as DynamoDB counts them.

`.venv/bin/pytest tests/storage/test_costs.py -s` prints the table that stands in `docs/data-model.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from chalicelib.domain.broadcasts import BroadcastStatus
from chalicelib.domain.cases import STEPS_DEPEND_ON
from chalicelib.domain.configuration import Routing
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.mentions import Mentioned
from chalicelib.domain.messages import ForwardedMessage, Receipt
from chalicelib.domain.routing import RoutingRule, Word
from chalicelib.domain.templates import Wording
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.verification import code_for
from chalicelib.storage.thread_table import ThreadTable
from chalicelib.usecases.add_note import AddNote
from chalicelib.usecases.confirm_verification import ConfirmVerification
from chalicelib.usecases.direct_broadcast import DirectBroadcast
from chalicelib.usecases.give_cases import GiveCases
from chalicelib.usecases.list_mentions import ListMentions
from chalicelib.usecases.merge_customers import MergeCustomers
from chalicelib.usecases.move_case import MoveCase
from chalicelib.usecases.ports import Create, Update
from chalicelib.usecases.prepare_broadcast import Named, Planned, PrepareBroadcast
from chalicelib.usecases.proof_changes import ProofChanges
from chalicelib.usecases.receive_message import Duplicate, ReceiveMessage, Stored
from chalicelib.usecases.reply_to_customer import Answer, ReplyToCustomer
from chalicelib.usecases.run_broadcast import RunBroadcast
from chalicelib.usecases.start_verification import StartVerification
from chalicelib.usecases.undo_merge import UndoMerge
from chalicelib.usecases.write_to_many import WriteToMany
from tests.domain.making import ANNA, BARTEK, FORM, configuration, message, reply_keys
from tests.fakes.ports import (
    FixedConfiguration,
    HandClock,
    MemoryAttachmentStore,
    MemoryQueues,
    MemoryRawStore,
    SeededRandomness,
)
from tests.fakes.records import a_case, an_agent, an_entry

pytestmark = pytest.mark.emulator

_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")
TEXT = """\
Dzień dobry,

pralka, którą państwo naprawiali w zeszłym tygodniu, znowu nie wiruje. Po włączeniu programu słychać tylko buczenie,
a po kilku minutach na wyświetlaczu pojawia się błąd E18. Sprawdziłam filtr i wąż odpływowy, są czyste. Technik mówił,
że w razie kłopotów mam napisać na ten adres i podać numer zlecenia, więc podaję: ZL/2026/11/0457. Proszę o pilny
termin, najlepiej w czwartek albo w piątek po 16.00, bo wcześniej jestem w pracy. Jeżeli nikt nie może przyjechać w tym
tygodniu, to proszę o informację, czy mogę oddać pralkę do innego serwisu na państwa koszt, tak jak jest zapisane w
gwarancji.

Dodam jeszcze, że to już trzecia naprawa tej samej usterki od lipca i za każdym razem słyszę, że wymieniono moduł. Mam
dwoje małych dzieci i nie mogę czekać kolejnych dwóch tygodni na część. W załączeniu zdjęcie wyświetlacza i kopia
protokołu z ostatniej wizyty. Na protokole widać, że technik nie wpisał numeru seryjnego modułu, dlatego proszę o
wyjaśnienie, czy część rzeczywiście została wymieniona na nową. Jestem dostępna pod numerem telefonu, który mają
państwo w systemie, codziennie od 9.00 do 20.00, można też wysłać wiadomość tekstową. Będę wdzięczna za odpowiedź
jeszcze dziś, ponieważ muszę zaplanować zwolnienie z pracy na czas wizyty i opiekę nad dziećmi, a pralnia w naszej
okolicy jest otwarta tylko do 15.00.

Pozdrawiam serdecznie,
Anna Nowak-Wiśniewska, ul. Zielona 14 m. 3, 90-001 Łódź
"""


@dataclass
class Cost:
    trips: int = 0
    read_units: float = 0
    write_units: float = 0


@pytest.fixture(scope="module")
def bill() -> Iterator[dict[str, Cost]]:
    costs: dict[str, Cost] = {}
    yield costs
    lines = ["| operation | round trips | read units | write units |", "|---|---|---|---|"]
    lines += [f"| {name} | {cost.trips} | {cost.read_units:g} | {cost.write_units:g} |" for name, cost in costs.items()]
    sys.stdout.write("\n\n" + "\n".join(lines) + "\n")


class Hub:
    """The use cases that read and write most, on the real table."""

    def __init__(self, table, bill) -> None:
        self.table = table
        self.bill = bill
        self.now = HandClock()
        self.store = ThreadTable(table, self.now)
        self.configuration = FixedConfiguration(configuration())
        self.raw = MemoryRawStore(self.now)
        randomness = SeededRandomness()
        self.receive = ReceiveMessage(
            self.store, self.raw, MemoryAttachmentStore(), self.configuration, reply_keys, randomness, self.now
        )
        self.reply = ReplyToCustomer(
            self.store, MemoryAttachmentStore(), self.configuration, MemoryQueues(), reply_keys, self.now, randomness
        )

    def write(self, number, **fields):
        """A mail of 1.5 KB; the same number is the same mail."""
        said = message(
            **{
                "visible_text": TEXT,
                "sender_name": "Anna Nowak-Wiśniewska",
                "subject": "Pralka znowu nie wiruje po naprawie, zlecenie ZL/2026/11/0457",
                "message_id": self.message_id(number),
                "written_at": self.now() - timedelta(seconds=4),
                **fields,
            }
        )
        receipt = Receipt(
            "email", f"o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp{number:03}", self.now(), ("pomoc@hub.example",)
        )
        incoming = self.raw.put_incoming(receipt, f"raw {number}".encode())
        return self.receive(incoming, receipt, lambda *_: said)

    def message_id(self, number):
        return f"CAF8x1ZQ4b0kq1mRm0Yw7Q3b6zq5w1gk2y{number}@mail.example.pl"

    def write_until_kept(self, number):
        """As the queue does it: what found the table too busy comes again."""
        for _ in range(20):
            try:
                return self.write(number)
            except StorageUnavailable:
                continue
        raise AssertionError(f"message {number} was not kept in 20 attempts")

    @contextmanager
    def counted(self, name: str) -> Iterator[Cost]:
        cost = self.bill.setdefault(name, Cost())

        def count(model, parsed, **_):
            cost.trips += 1
            consumed = parsed.get("ConsumedCapacity", ())
            for one in [consumed] if isinstance(consumed, dict) else consumed:
                if model.name in _WRITES:
                    cost.write_units += one["CapacityUnits"]
                else:
                    cost.read_units += one["CapacityUnits"]

        events = self.table.connection.client.meta.events
        events.register("after-call.dynamodb", count)
        try:
            yield cost
        finally:
            events.unregister("after-call.dynamodb", count)


@pytest.fixture
def hub(dynoxide_table, bill) -> Hub:
    assert 1500 <= len(TEXT.encode()) <= 1600
    return Hub(dynoxide_table, bill)


def test_a_first_message_takes_two_round_trips(hub):
    with hub.counted("new sender, mail of 1.5 KB") as cost:
        assert isinstance(hub.write(1), Stored)
    assert cost.trips == 2
    assert cost.write_units <= 24


def test_a_follow_up_takes_three_round_trips_and_about_fourteen_write_units(hub):
    hub.write(1)
    hub.now.move(timedelta(minutes=5))
    with hub.counted("follow-up of 1.5 KB, customer waits already") as cost:
        assert hub.write(2).rule == "by_only_open_case"
    assert cost.trips == 3
    assert cost.write_units <= 14


def test_a_follow_up_that_starts_the_clock_costs_little_more(hub):
    first = hub.write(1)
    hub.now.move(timedelta(minutes=5))
    hub.reply(first.reference, "ewa", Answer("Technik będzie w czwartek."))
    hub.now.move(timedelta(minutes=5))
    with hub.counted("follow-up of 1.5 KB, after our answer") as cost:
        assert hub.write(2).rule == "by_only_open_case"
    assert cost.trips == 3
    assert cost.write_units <= 17


def test_a_follow_up_costs_the_same_in_a_long_thread(hub):
    hub.write(1)
    for number in range(2, 42):
        hub.now.move(timedelta(minutes=1))
        hub.write(number)
    hub.now.move(timedelta(minutes=1))
    with hub.counted("follow-up of 1.5 KB, the 42nd message") as cost:
        hub.write(42)
    assert cost.trips == 3
    assert cost.write_units <= 14
    assert cost.read_units <= 7


def test_a_duplicate_takes_one_round_trip_and_writes_nothing(hub):
    hub.write(1)
    with hub.counted("duplicate") as cost:
        assert isinstance(hub.write(1), Duplicate)
    assert cost.trips == 1
    assert cost.write_units == 0


def test_a_second_copy_of_a_mail_takes_three_round_trips_and_leaves_the_case_alone(hub):
    first = hub.write(1)
    with hub.counted("second copy of a mail of 1.5 KB") as cost:
        outcome = hub.write(2, message_id=hub.message_id(1))
    assert (outcome.case_id, outcome.rule) == (first.case_id, "second_copy")
    assert cost.trips == 3
    assert cost.write_units <= 8


def test_a_message_for_a_case_outside_the_page_takes_one_round_trip_more(hub):
    first = hub.write(1, participants=(BARTEK,))
    hub.write(2, sender=BARTEK)
    with hub.counted("answer into somebody else's case, from a customer") as cost:
        outcome = hub.write(3, sender=BARTEK, in_reply_to=(hub.message_id(1),))
    assert outcome.case_id == first.case_id
    assert cost.trips == 4


def test_a_message_of_a_customer_who_was_merged_takes_one_round_trip_more(hub):
    first, other = hub.write(1), hub.write(2, sender=BARTEK)
    survivor, merged = (hub.store.get_customer_page(one.customer_id).customer for one in (first, other))
    hub.store.commit(
        [
            Update(survivor, replace(survivor, merged_from=(merged.id,)), ()),
            Update(merged, replace(merged, merged_into=survivor.id), ()),
        ]
    )
    with hub.counted("follow-up of a customer with one predecessor") as cost:
        assert hub.write(3, in_reply_to=(hub.message_id(2),)).case_id == other.case_id
    assert cost.trips == 4


def test_a_mail_that_a_colleague_forwards_takes_two_round_trips(hub):
    forward = ForwardedMessage("Bartek", BARTEK.value, "Reklamacja", "", "", TEXT)
    boss = ContactPoint(PointKind.EMAIL, "boss@company.example")
    with hub.counted("mail of 1.5 KB, forwarded by a colleague") as cost:
        assert hub.write(1, sender=boss, forward=forward, forwarded_from=BARTEK).rule == "forwarded_by_colleague"
    assert cost.trips == 2
    assert cost.write_units <= 22


def test_first_messages_of_one_new_address_at_once_make_one_customer_on_the_table_too(hub):
    many = 100
    with ThreadPoolExecutor(8) as workers:
        outcomes = list(workers.map(hub.write_until_kept, range(1, 1 + many)))
    assert {type(outcome) for outcome in outcomes} == {Stored}
    assert len({outcome.customer_id for outcome in outcomes}) == len({outcome.case_id for outcome in outcomes}) == 1
    page = hub.store.get_customer_page(outcomes[0].customer_id)
    (case,) = page.cases
    assert (page.customer.cases_opened, page.customer.open_case_count, case.messages_in) == (1, 1, many)
    entries = hub.store.list_thread(page.customer.id, 2 * many).items
    written = {entry.id for entry in entries if entry.kind is EntryKind.INBOUND}
    assert written == {outcome.entry_id for outcome in outcomes}
    assert case.last_inbound_id == max(written)


def test_an_answer_is_kept_in_seven_round_trips(hub):
    first = hub.write(1)
    with hub.counted("answer of 1.5 KB, kept as queued") as cost:
        hub.reply(first.reference, "ewa", Answer(TEXT))
    assert cost.trips == 7
    assert cost.write_units <= 14


def test_a_thread_page_of_fifty_is_one_query(hub):
    for number in range(60):
        hub.store.commit([Create(an_entry(id=f"{number:03}", text=TEXT))])
    with hub.counted("thread page of 50 entries of 1.5 KB") as cost:
        assert len(hub.store.list_thread(an_entry().customer_id, 50).items) == 50
    assert cost.trips == 1


def test_a_thread_page_of_a_family_is_one_query_for_each_of_them(hub):
    for number in range(60):
        customer_id = f"customer {number % 3}"
        hub.store.commit([Create(an_entry(id=f"{number:03}", customer_id=customer_id, text=TEXT))])
    with hub.counted("thread page of 50, two predecessors") as cost:
        assert len(hub.store.list_threads([f"customer {number}" for number in range(3)], 50).items) == 50
    assert cost.trips == 3


def test_a_merge_and_its_undoing_are_one_transaction_each(hub):
    hub.write(1)
    hub.now.move(timedelta(minutes=1))
    hub.write(2, sender=BARTEK)
    first, second = (hub.store.find_owner(point).customer_id for point in (ANNA, BARTEK))
    merge, undo = MergeCustomers(hub.store, hub.now, SeededRandomness("merge")), UndoMerge(hub.store, hub.now)
    with hub.counted("merge of two customers with one address each") as cost:
        merge_id = merge(first, second, "ewa", "one person")
    assert cost.trips == 6
    hub.now.move(timedelta(minutes=1))
    with hub.counted("undoing it, nothing came since") as cost:
        undo(first, merge_id, "ewa")
    assert cost.trips <= 11


def test_a_case_is_moved_in_one_transaction(hub):
    hub.write(1)
    hub.now.move(timedelta(minutes=1))
    hub.write(2, sender=BARTEK)
    owner, other = hub.store.find_owner(ANNA), hub.store.find_owner(BARTEK)
    (case,) = hub.store.get_customer_page(owner.customer_id).cases
    move = MoveCase(hub.store, MemoryAttachmentStore(), hub.now, SeededRandomness("move"))
    with hub.counted("moving a case with one mail of 1.5 KB") as cost:
        move(case.reference, "ewa", other.customer_id, "not hers")
    assert cost.trips <= 9


def test_a_code_is_asked_for_and_given_in_few_round_trips(hub):
    hub.write(1)
    start = StartVerification(hub.store, hub.configuration, MemoryQueues(), 200, hub.now, SeededRandomness("code"))
    with hub.counted("a code by mail is queued") as cost:
        id_ = start(ANNA, FORM, asked_by="somebody")
    assert cost.trips == 3
    confirm = ConfirmVerification(
        hub.store, ProofChanges(hub.store, SeededRandomness("proof")), lambda: b"key" * 11, hub.now
    )
    with hub.counted("the code proves a known address") as cost:
        confirm(id_, code_for(id_, ANNA, b"key" * 11))
    assert cost.trips == 3


def test_the_sweep_reads_what_is_due_and_not_what_is_open(hub):
    for number in range(0, 300, 100):
        cases = [
            a_case(
                id=str(case), customer_id=str(case), next_step_at=hub.now() + timedelta(minutes=1 if case < 20 else 900)
            )
            for case in range(number, number + 100)
        ]
        hub.store.commit([Create(case) for case in cases])
    with hub.counted("sweep, nothing due, 300 open cases") as nothing:
        assert list(hub.store.list_due_cases("care", hub.now())) == []
    with hub.counted("sweep, 20 due, 300 open cases") as twenty:
        due = list(hub.store.list_due_cases("care", hub.now() + timedelta(minutes=5)))
    assert len(due) == 20
    assert (nothing.trips, twenty.trips) == (1, 1)
    assert nothing.read_units <= 0.5
    assert twenty.read_units <= 1.5


def test_a_rule_that_decides_costs_the_event_that_says_so(hub):
    rule = RoutingRule("returns", words=(Word("pralk*", "pl"),), to_priority="high", skills=("returns",))
    hub.configuration.configuration = replace(hub.configuration.configuration, routing_rules=(rule,))
    with hub.counted("new sender, a routing rule decides") as cost:
        hub.write(1)
    assert cost.trips == 2
    assert cost.write_units <= 24


def test_cases_are_given_for_a_count_a_candidate_and_a_transaction_a_case(hub):
    care = replace(hub.configuration.configuration.teams["care"], routing=Routing.BY_LOAD)
    hub.configuration.configuration = replace(hub.configuration.configuration, teams={"care": care})
    give = GiveCases(hub.store, hub.configuration, hub.now)
    with hub.counted("giving cases, nobody waits") as idle:
        give()
    hub.store.commit([Create(an_agent(subject=f"agent-{number}", languages=())) for number in range(20)])
    hub.write(1)
    with hub.counted("giving a case, 20 candidates with nothing to do") as one:
        assert give().cases == 1
    assert (idle.trips, one.trips) == (1, 25)
    assert idle.read_units <= 0.5


def test_a_mention_costs_a_row_and_a_list_of_them_a_query_for_each_list(hub):
    reference = hub.write(1).reference
    hub.store.commit(
        [Create(an_agent(subject="ewa", email="")), Create(an_agent(subject="ola", email="ola@a.example"))]
    )
    hub.configuration.configuration = replace(hub.configuration.configuration, teams={"care": _without_mail(hub)})
    add = AddNote(hub.store, hub.configuration, MemoryQueues(), hub.now, SeededRandomness("notes"))
    with hub.counted("note") as plain:
        add(reference, "jan", "Dzwoniła.")
    with hub.counted("note that mentions an agent without an address") as one:
        add(reference, "jan", "Dzwoniła.", Mentioned(("ewa",)))
    with hub.counted("the same, and the agent's team") as two:
        add(reference, "jan", "Dzwoniła.", Mentioned(("ewa",), ("care",)))
    with hub.counted("note that mentions an agent who has one, with the notice") as told:
        add(reference, "jan", "Dzwoniła.", Mentioned(("ola",)))
    with hub.counted("mentions of an agent of one team, page of 50") as listed:
        found = ListMentions(hub.store)("ewa", ["care"], lambda _: True, 50)
    assert len(found.items) == 2
    assert (plain.trips, one.trips, two.trips) == (3, 4, 4)
    assert one.write_units - plain.write_units == two.write_units - one.write_units == 2
    assert told.trips == 6
    assert told.write_units - one.write_units <= 8
    assert (listed.trips, listed.write_units) == (4, 0)


def _without_mail(hub):
    return replace(hub.configuration.configuration.teams["care"], email="")


def test_a_step_of_a_clock_is_recorded_for_few_units(hub):
    outcome = hub.write(1)
    case = hub.store.get_case(outcome.customer_id, outcome.case_id)
    clocks = {name: replace(clock, level=1) for name, clock in case.clocks.items()}
    after = replace(case, clocks=clocks, next_step_at=case.deadline_at)
    with hub.counted("escalation step, without its notices") as cost:
        hub.store.commit([Update(case, after, STEPS_DEPEND_ON)])
    assert cost.trips == 1
    assert cost.write_units <= 6


def test_each_recipient_of_a_broadcast_costs_a_few_reads_and_one_transaction(hub):
    outcome = hub.write(1)
    randomness = SeededRandomness("many")
    to_many = WriteToMany(hub.store, hub.configuration, reply_keys, hub.now, randomness)
    prepare = PrepareBroadcast(hub.store, hub.configuration, lambda: to_many, hub.now, randomness)
    wordings = {"pl": Wording("Ważne", "Jutro nie ma wody.")}
    id_ = prepare(Planned("Woda", "support", wordings=wordings), "maria")
    prepare.add(id_, Named(customers=[outcome.customer_id]))
    with hub.counted("dry run of one recipient") as foreseen:
        prepare.dry_run(id_, hub.now() + timedelta(minutes=1))
    DirectBroadcast(hub.store, hub.now)(id_, BroadcastStatus.RUNNING, "maria")
    run = RunBroadcast(hub.store, hub.configuration, lambda: hub.reply, lambda: to_many, hub.now)
    with hub.counted("a minute of a broadcast, one recipient by mail") as cost:
        assert run(id_).told == 1
    assert foreseen.trips <= 10
    assert cost.trips <= 16
    assert cost.write_units <= 36


def test_a_list_of_fifty_cases_is_one_query(hub):
    hub.store.commit([Create(a_case(id=str(number), customer_id=str(number))) for number in range(60)])
    with hub.counted("urgency list, page of 50") as cost:
        assert len(hub.store.list_urgent("care", 50).items) == 50
    assert cost.trips == 1
