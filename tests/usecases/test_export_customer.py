from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from random import Random

import pytest

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.devices import DeviceKind
from chalicelib.domain.errors import NotFound, StorageUnavailable
from chalicelib.domain.exporting import Export, ExportStatus
from chalicelib.domain.messages import Attachment, ParkedMessage
from chalicelib.domain.threads import EntryKind, attachment_key
from chalicelib.domain.trust import Trust
from chalicelib.usecases import export_parts
from chalicelib.usecases.answer import Answer
from chalicelib.usecases.erase_customer import EraseCustomer
from chalicelib.usecases.export_parts import PartOfExport
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.make_export import MakeExport
from chalicelib.usecases.request_erasure import RequestErasure
from chalicelib.usecases.request_export import RequestExport, find_export
from tests.domain.making import ANNA
from tests.usecases.conftest import MemoryHub
from tests.usecases.test_erase_customer import CANARY, PHONE, WANTED, a_person_full_of_canaries

BARTEK = ContactPoint(PointKind.EMAIL, "bartek@example.pl")
LOGIN = "https://login.example|anna"
FILE = Attachment("paragon.pdf", "application/pdf", b"%PDF-1 paragon")


class Exporter:
    def __init__(self, hub: MemoryHub) -> None:
        self.hub = hub
        self.request = RequestExport(hub.threads, hub.queues, hub.now, hub.randomness)
        self.work = MakeExport(hub.threads, hub.raw, hub.attachments, hub.queues, hub.read_own, hub.now, hub.randomness)

    def __call__(self, customer_id: str) -> Export:
        return self.made(customer_id, self.request(customer_id, "olga"))

    def own(self) -> Export:
        id_ = self.request.own(LOGIN)
        return self.made(self.hub.threads.find_owner(ContactPoint(PointKind.APP, LOGIN)).customer_id, id_)

    def made(self, customer_id: str, id_: str) -> Export:
        customer_id = surviving_customer(self.hub.threads, customer_id).id
        for _ in range(30):
            if self.work(customer_id, id_):
                return self.hub.threads.get_export(customer_id, id_)
            self.hub.later(minutes=1)
        raise AssertionError(self.hub.threads.get_export(customer_id, id_))

    def files(self, export: Export) -> dict[str, list[bytes]]:
        """What is in the parts, by name."""
        found: dict[str, list[bytes]] = {}
        for part in export.parts:
            data = self.hub.attachments.get(part.key)
            assert (len(data), sha256(data).hexdigest()) == (part.size, part.sha256)
            with zipfile.ZipFile(io.BytesIO(data)) as opened:
                assert opened.testzip() is None
                for name in opened.namelist():
                    found.setdefault(name, []).append(opened.read(name))
        return found

    def listed(self, export: Export, name: str) -> list:
        return [one for text in self.files(export).get(f"{name}.json", []) for one in json.loads(text)]


@pytest.fixture
def export(hub):
    return Exporter(hub)


def test_every_word_and_every_file_of_the_person_is_in_it(hub, export):
    hub.write(sender=BARTEK, visible_text="Słowo Bartka")
    mail = a_person_full_of_canaries(hub)
    made = export(mail.customer_id)
    everything = str({name: [one.decode() for one in data] for name, data in export.files(made).items()})
    for said in ("temacie", "liście", "cytacie", "podpisie", "notatce", "odpowiedzi", "smsie", "powodzie", "pliku"):
        assert f"{CANARY} w {said}" in everything
    for name in (f"{CANARY}.mąż@example.pl", f"Kanarek {CANARY}", f"{CANARY}@mail.example.pl", PHONE.value):
        assert name in everything
    assert f"{CANARY}token" not in everything  # whoever has it can ring the device
    assert "Bartka" not in everything
    assert "raw 2" in everything
    assert made.status is ExportStatus.READY
    assert not made.missing


def test_the_report_says_what_was_found_and_names_what_is_not_there_any_more(hub, export):
    mail = hub.write(sender=ANNA, attachments=(FILE,))
    hub.write(sender=ANNA, message_id="2@example.pl")
    gone = hub.threads.get_entry(mail.customer_id, mail.entry_id)
    del hub.raw.objects[gone.arrival.raw_key]
    del hub.attachments.objects[attachment_key(mail.customer_id, gone.attachments[0].sha256)]
    made = export(mail.customer_id)
    assert dict(made.missing) == {"message": 1, "file": 1}
    assert (made.found["entries"], made.found["message"], made.found["profile"]) == (2, 1, 1)
    assert "file" not in made.found
    assert {(one["what"], one["of"]) for one in export.listed(made, "missing")} == {
        ("message", gone.id),
        ("file", gone.id),
    }


def test_a_store_that_is_not_there_for_a_moment_leaves_no_hole(hub, export):
    mail = hub.write(sender=ANNA)
    id_ = export.request(mail.customer_id, "olga")

    def broken(_key):
        raise StorageUnavailable()

    get, hub.raw.get_kept = hub.raw.get_kept, broken
    with pytest.raises(StorageUnavailable):
        export.work(mail.customer_id, id_)
    hub.raw.get_kept = get
    assert export.work(mail.customer_id, id_) is None  # the worker that failed still has its minute
    made = export.made(mail.customer_id, id_)
    assert (made.found["message"], dict(made.missing)) == (1, {})


def test_ten_thousand_bytes_at_a_time_nothing_is_twice_and_nothing_is_left_out(hub, export, monkeypatch):
    """A worker dies after each part that it has put, before and after it was noted."""
    monkeypatch.setattr("chalicelib.usecases.make_export.FULL", 2_000)
    mail = hub.write(sender=ANNA)
    for number in range(40):
        hub.later(seconds=1)
        hub.write(sender=ANNA, message_id=f"{number}@mail.example.pl", visible_text=f"Słowo {number}. " * 20)
    id_ = export.request(mail.customer_id, "olga")
    commit, chance = hub.threads.commit, Random(1)

    def dying(changes):
        what = chance.randrange(4)
        if what == 0:
            raise StorageUnavailable()
        commit(changes)
        if what == 1:
            raise StorageUnavailable()

    hub.threads.commit = dying
    while hub.threads.get_export(mail.customer_id, id_).status is not ExportStatus.READY:
        hub.later(minutes=2)
        try:
            export.work(mail.customer_id, id_)
        except StorageUnavailable:
            continue
    hub.threads.commit = commit
    made = hub.threads.get_export(mail.customer_id, id_)
    ids = [one["id"] for one in export.listed(made, "entries")]
    there = [entry.id for entry in hub.thread(mail.customer_id) if entry.event != "customer.exported"]
    assert ids == there
    assert len(made.parts) > 3
    assert made.found["message"] == len([name for name in export.files(made) if name.startswith("messages/")]) == 41


def test_a_worker_stops_in_time_and_hands_over(hub, export):
    mail = hub.write(sender=ANNA)
    for number in range(20):
        hub.write(sender=ANNA, message_id=f"{number}@mail.example.pl")
    id_ = export.request(mail.customer_id, "olga")
    hub.queues.to_export.clear()
    assert export.work(mail.customer_id, id_, until=hub.now()) is None
    assert [*hub.queues.to_export] == [(mail.customer_id, id_)]
    begun = hub.threads.get_export(mail.customer_id, id_)
    assert (begun.status, len(begun.parts)) == (ExportStatus.RUNNING, 1)
    assert export.made(mail.customer_id, id_).found["entries"] >= 21


def test_one_message_larger_than_a_part_is_in_a_part_of_its_own(hub, export, monkeypatch):
    monkeypatch.setattr("chalicelib.usecases.make_export.MOST", 10)
    mail = hub.write(sender=ANNA, attachments=(FILE,))
    hub.write(sender=ANNA, message_id="2@example.pl")
    made = export(mail.customer_id)
    assert len(made.parts) > 3
    assert len(export.listed(made, "entries")) == 2


def test_everybody_who_was_merged_is_in_it_and_each_part_is_one_persons(hub, export):
    anna, phone = hub.write(sender=ANNA), hub.write_sms(PHONE, "Jestem Anną")
    hub.merge(anna.customer_id, phone.customer_id, "ewa", "ta sama")
    made = export(phone.customer_id)
    assert {"Dzień dobry", "Jestem Anną"} & {one.get("text") for one in export.listed(made, "entries")}
    assert {part.customer_id for part in made.parts} == {anna.customer_id, phone.customer_id}
    assert sorted(one["id"] for one in export.listed(made, "profile")) == sorted([anna.customer_id, phone.customer_id])


def test_once_a_merge_is_undone_nobody_fetches_the_other_and_a_new_one_has_to_be_asked_for(hub, export):
    anna, phone = hub.write(sender=ANNA), hub.write_sms(PHONE, "Jestem Anną")
    hub.merge(anna.customer_id, phone.customer_id, "ewa", "ta sama")
    (merge,) = hub.threads.list_merges(anna.customer_id)
    made = export(anna.customer_id)
    half = export.request(anna.customer_id, "olga")
    hub.undo_merge(anna.customer_id, merge.id, "ewa")
    for customer_id in (anna.customer_id, phone.customer_id):
        with pytest.raises(NotFound):
            find_export(hub.threads, hub.threads.get_customer(customer_id).family, made.id)
    assert export.work(anna.customer_id, half).status is ExportStatus.FAILED
    again = export(anna.customer_id)
    assert "Jestem Anną" not in str(export.listed(again, "entries"))
    assert phone.customer_id not in str(export.listed(again, "merges"))


def test_what_was_moved_to_somebody_else_is_only_known_to_have_been_there(hub, export):
    anna, bartek = hub.write(sender=ANNA, visible_text="Nie od Anny"), hub.write(sender=BARTEK)
    hub.move_case(anna.reference, "ewa", bartek.customer_id, "pomyłka")
    made = export(anna.customer_id)
    assert "Nie od Anny" not in str(export.files(made))
    assert [one["moved"] for one in export.listed(made, "entries") if one["id"] == anna.entry_id] == [True]
    assert "message" not in made.found


def test_a_message_that_waits_aside_is_in_it_too(hub, export):
    mail = hub.write(sender=ANNA)
    hub.write(ParkedMessage("ambiguous_sender", "hanna@example.pl"))
    hub.write(ParkedMessage("ambiguous_sender", str(ANNA.value)))
    hub.later(minutes=1)
    made = export(mail.customer_id)
    assert [one["detail"] for one in export.listed(made, "parked_messages")] == [ANNA.value]
    assert made.found["message"] == 2


def annas_login(hub):
    """Anna writes from the app; her mail is proved by it. Gives her customer."""
    login = ContactPoint(PointKind.APP, LOGIN)
    from tests.domain.making import message

    said = message(channel=Channel.APP, sender=login, trust=Trust.LOGGED_IN, visible_text="Z aplikacji")
    return hub.write(said, transport="app", recipients=("app",))


def test_the_customer_gets_what_they_may_see_and_nothing_that_was_said_among_us(hub, export):
    mine = annas_login(hub)
    hub.add_note(mine.reference, "ewa", "Notatka o Annie")
    hub.reply(mine.reference, "ewa", Answer("Nasza odpowiedź"))
    hub.add_contact_point(mine.customer_id, "ewa", ANNA)
    hub.write(sender=ANNA, visible_text="Z nieudowodnionego adresu")
    hub.write(ParkedMessage("ambiguous_sender", LOGIN))
    hub.later(minutes=1)
    made = export.own()
    everything = str({name: [one.decode() for one in data] for name, data in export.files(made).items()})
    assert [one["text"] for one in export.listed(made, "entries")] == ["Z aplikacji", "Nasza odpowiedź"]
    for word in ("Notatka", "nieudowodnionego", "agent:", "ewa", ANNA.value, "parked", "rule"):
        assert word not in everything
    assert {*made.found} == {"profile", "cases", "contact_points", "entries", "message"}
    assert export.request.own(LOGIN) == made.id  # one a day
    hub.later(days=1)
    assert export.request.own(LOGIN) != made.id


def test_a_login_that_never_wrote_has_nothing_to_export(export):
    with pytest.raises(NotFound):
        export.request.own(LOGIN)


def test_an_erasure_takes_the_exports_with_it(hub, export):
    mail = hub.write(sender=ANNA)
    made, late = export(mail.customer_id), export.request(mail.customer_id, "olga")
    erase = EraseCustomer(hub.threads, hub.raw, hub.attachments, hub.configuration, hub.now)
    id_ = RequestErasure(hub.threads, hub.configuration, hub.queues, hub.now, hub.randomness)(
        mail.customer_id, "olga", WANTED
    )
    hub.later(minutes=1)
    erase(id_)
    assert export.work(mail.customer_id, late) is None
    hub.later(minutes=20)
    assert erase(id_)
    assert not [key for key in hub.attachments.objects if key.startswith("exports/")]
    assert made.parts
    assert hub.threads.get_erasure(id_).found["export"] == 2


def test_it_is_told_in_the_thread_who_exported(hub, export):
    mail = hub.write(sender=ANNA)
    made = export(mail.customer_id)
    (told,) = [one for one in hub.thread(mail.customer_id, EntryKind.EVENT) if one.event == "customer.exported"]
    assert (told.author, dict(told.facts)) == (
        "agent:olga",
        {"export": made.id, "by": "agent:olga", "status": "ready"},
    )
    assert made.fetched_until - made.done_at == timedelta(days=7)


def test_the_same_records_make_the_same_file(hub, export):
    mail = hub.write(sender=ANNA)
    known = export(mail.customer_id)
    names = []
    for _ in "12":
        part = PartOfExport(replace(known, parts=()), mail.customer_id, hub.raw, hub.attachments)
        for exported in export.work._shown_to(known)(hub.threads.get_customer(mail.customer_id)):
            part.add(exported)
        names.append(part.close()[0].name)
    assert names[0] == names[1]
    assert export_parts.FORMAT == "splot-export-1"


def test_a_device_is_named_and_not_its_token(hub, export):
    mine = annas_login(hub)
    hub.devices.register(LOGIN, "telefon", DeviceKind.APNS, "sekret", "pl")
    made = export(mine.customer_id)
    (point,) = export.listed(made, "contact_points")
    assert [device["id"] for device in point["devices"]] == ["telefon"]
