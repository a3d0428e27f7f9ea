"""Undoing a merge restores every read, byte for byte: random histories are played twice, once without the merge.

What an agent reads of each customer afterwards must be what they would read had the two never been merged, apart from
the events that say so. Messages name the case that they answer, or open one: the continuity of a merged customer's only
open case is what a merge is for, and what it leads to is tested in its own property below.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.customers import PointOwner
from chalicelib.domain.messages import Receipt
from tests.api.conftest import Api, MemoryPorts
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK, MONDAY_TEN, configuration, message
from tests.fakes.ports import FixedConfiguration, SeededRandomness

CELINA = ContactPoint(PointKind.EMAIL, "celina@example.pl")
BARTEKS_OTHER = ContactPoint(PointKind.EMAIL, "b.nowak@example.pl")
SENDERS = (ANNA, BARTEK, CELINA, ANNAS_PHONE, BARTEKS_OTHER)
SAID_OF_MERGES = {"customer.merged", "customer.merge_undone", "case.ambiguous"}


class Played:
    """A hub with a history. What is random in it depends on the step alone, so the same step makes the same ids."""

    def __init__(self, *, continuity: timedelta) -> None:
        self.ports = MemoryPorts()
        usual = configuration()
        inboxes = tuple(replace(inbox, continuity_window=continuity) for inbox in usual.inboxes)
        self.ports.configuration = FixedConfiguration(replace(usual, inboxes=inboxes))
        self.hub = wiring.Hub(self.ports)
        self.api = Api(self.ports)
        self.written: list[tuple[ContactPoint, str, str]] = []  # sender, message id, entry id
        self.references: list[str] = []

    def step(self, number: int) -> None:
        self.ports.now.at = MONDAY_TEN + timedelta(minutes=number)
        self.ports.randomness = SeededRandomness(f"step {number}")
        wiring.use(None)
        self.hub = wiring.Hub(self.ports)
        wiring.use(self.hub)

    def write(self, number: int, sender: ContactPoint, answers: str = "") -> str:
        text = sender.kind is PointKind.PHONE
        said = message(
            channel=Channel.SMS if text else Channel.EMAIL,
            sender=sender,
            visible_text=f"message {number}",
            subject=f"matter {number}",
            message_id=f"{number}@example.pl",
            in_reply_to=(answers,) if answers else (),
        )
        to = "+48700100200" if text else "pomoc@hub.example"
        receipt = Receipt("sms" if text else "email", f"f{number}", self.ports.now(), (to,))
        incoming = self.ports.raw.put_incoming(receipt, f"raw {number}".encode())
        outcome = self.hub.receive_message(incoming, receipt, lambda *_: said)
        self.written.append((sender, f"{number}@example.pl", outcome.entry_id))
        if outcome.reference not in self.references:
            self.references.append(outcome.reference)
        return outcome.entry_id

    def owner(self, point: ContactPoint) -> str:
        return self.ports.threads.find_owner(point).customer_id

    def customers(self) -> list[str]:
        return sorted({owner.kept_under for owner in self.ports.threads.records(PointOwner)})

    def thread(self, customer_id: str, limit: int) -> list[dict]:
        entries, path = [], f"/v1/customers/{customer_id}/thread?limit={limit}"
        cursor = ""
        while True:
            page = self.api.get(path + cursor).json
            entries += page["entries"]
            if page["next"] is None:
                return entries
            cursor = f"&cursor={page['next']}"

    def reads(self, limit: int) -> dict[str, str]:
        """Every read of the API that shows anything of a customer or a case, as it is answered."""
        told = {
            f"/v1/customers/{id_}/thread": json.dumps(
                [entry for entry in self.thread(id_, limit) if entry["event"] not in SAID_OF_MERGES]
            )
            for id_ in self.customers()
        }
        paths = [f"/v1/customers/{id_}" for id_ in self.customers()]
        paths += [f"/v1/cases/{reference}" for reference in self.references]
        paths += ["/v1/cases?team=care&limit=100", "/v1/cases?unassigned_in=care&limit=100"]
        paths += [
            entry["links"]["self"].removeprefix("/api") for id_ in self.customers() for entry in self.thread(id_, 50)
        ]
        for path in paths:
            answer = self.api.get(path)
            assert answer.status == 200
            if '"customer.merge' not in answer.text and '"case.ambiguous' not in answer.text:
                told[path] = answer.text
        return told


@pytest.fixture(autouse=True)
def _the_real_hub_afterwards():
    yield
    wiring.use(None)


def mail(played: Played, number: int, picked: int) -> None:
    """A first message, or an answer to an earlier one of the same sender."""
    sender = SENDERS[picked % len(SENDERS)]
    answers = [id_ for wrote, id_, _ in played.written if wrote == sender]
    played.write(number, sender, answers[picked % len(answers)] if answers and picked % 3 else "")


def an_answer(played: Played, case: str) -> None:
    played.api.post(f"/v1/cases/{case}/replies", {"text": "Dzień dobry"})


def a_closing(played: Played, case: str) -> None:
    played.api.post(f"/v1/cases/{case}/closing", {})


def a_note(played: Played, case: str) -> None:
    played.api.post(f"/v1/cases/{case}/notes", {"text": "notatka"})


def an_assignment(played: Played, case: str) -> None:
    played.api.put(f"/v1/cases/{case}/assignment", {"assignee": "me"})


ACTS = {mail: 8, an_answer: 3, a_closing: 2, a_note: 1, an_assignment: 1}


def act(played: Played, number: int, kind, picked: int) -> None:
    if kind is mail:
        mail(played, number, picked)
    else:
        kind(played, played.references[picked % len(played.references)])


def play(seed: int, *, merged: bool) -> Played:
    chance = random.Random(seed)
    played = Played(continuity=-timedelta(days=1))
    for number, sender in enumerate((ANNA, BARTEK, CELINA)):
        played.step(number)
        played.write(number, sender)
    played.step(3)
    played.api.post(f"/v1/customers/{played.owner(ANNA)}/contact-points", {"kind": "phone", "value": ANNAS_PHONE.value})
    played.api.post(
        f"/v1/customers/{played.owner(BARTEK)}/contact-points", {"kind": "email", "value": BARTEKS_OTHER.value}
    )
    kinds = chance.choices([*ACTS], [*ACTS.values()], k=chance.randrange(4, 30))
    acts = [(kind, chance.randrange(1_000)) for kind in kinds]
    merge_at, undo_at = sorted(chance.sample(range(len(acts) + 1), 2))
    pair = chance.sample([played.owner(one) for one in (ANNA, BARTEK, CELINA)], 3)
    merges = []
    for number in range(len(acts) + 1):
        played.step(10 + 3 * number)
        if merged and number == merge_at:
            for gone in pair[1 : 1 + chance.choice([1, 2])]:
                answer = played.api.post(f"/v1/customers/{pair[0]}/merges", {"customer": gone, "why": "one"})
                assert answer.status == 201
                merges.append(answer.json["merge_id"])
        if merged and number == undo_at:
            for merge_id in chance.sample(merges, len(merges)):
                answer = played.api.post(f"/v1/customers/{pair[0]}/merges/{merge_id}/undoing", {})
                assert answer.status == 200
                assert answer.json["ambiguous"] == []
        if number < len(acts):
            played.step(11 + 3 * number)
            act(played, 11 + 3 * number, *acts[number])
    return played


@pytest.mark.parametrize("seed", range(60))
def test_what_is_read_after_a_merge_was_undone_is_what_would_be_read_without_it(seed):
    limit = 1 + seed % 7
    never = play(seed, merged=False).reads(limit)
    assert play(seed, merged=True).reads(limit) == never


@pytest.mark.parametrize("seed", range(40))
def test_every_message_after_a_merge_goes_back_by_its_contact_point_or_is_said_to_be_ambiguous(seed):
    chance = random.Random(seed)
    played = Played(continuity=timedelta(days=14))
    for number, sender in enumerate((ANNA, BARTEK, CELINA)):
        played.step(number)
        played.write(number, sender)
        if chance.random() < 0.5:
            played.api.post(f"/v1/cases/{played.references[-1]}/closing", {})
    anna, bartek = played.owner(ANNA), played.owner(BARTEK)
    before, celinas_case = played.reads(50), played.references[2]
    played.step(10)
    merge_id = played.api.post(f"/v1/customers/{anna}/merges", {"customer": bartek, "why": "one"}).json["merge_id"]
    came = {}
    for number in range(11, 11 + chance.randrange(1, 9)):
        played.step(number)
        sender = chance.choice([ANNA, BARTEK])
        known = [id_ for _, id_, _ in played.written]
        came[played.write(number, sender, chance.choice(known) if chance.random() < 0.5 else "")] = sender
        if chance.random() < 0.3:
            theirs = [one for one in played.references if one != celinas_case]
            played.api.post(f"/v1/cases/{chance.choice(theirs)}/closing", {})
    together = {entry["id"] for entry in played.thread(anna, 3)}
    assert together == {entry["id"] for entry in played.thread(bartek, 50)}
    assert set(came) <= together
    played.step(30)
    undone = played.api.post(f"/v1/customers/{anna}/merges/{merge_id}/undoing", {}).json
    ambiguous = {link.rpartition("/")[2] for link in undone["ambiguous"]}
    theirs = {one: {entry["id"] for entry in played.thread(one, 3)} for one in (anna, bartek)}
    assert not theirs[anna] & theirs[bartek]
    assert set(came) <= theirs[anna] | theirs[bartek]
    for entry_id, sender in came.items():
        at_home = entry_id in theirs[anna if sender == ANNA else bartek]
        assert at_home == (entry_id not in ambiguous)
    celina = [path for path in before if played.owner(CELINA) in path]
    after = played.reads(50)
    assert [after[path] for path in celina] == [before[path] for path in celina]
