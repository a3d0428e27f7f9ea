"""The keys of reply addresses are exchanged while the functions live, and every address goes on leading to its case."""

import os
from email import message_from_bytes, policy

import boto3

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.threads import EntryKind
from chalicelib.gateways.secrets import KeptSecrets, fetch_secrets
from chalicelib.usecases.reply_to_customer import Answer
from infra.keys import HEARD_BY_ALL_AFTER, read, rotate
from tests.main_path.conftest import REGION
from tests.main_path.samples import mail

ANNA = ContactPoint(PointKind.EMAIL, "anna@example.pl")
PARAMETER = "/splot"


class Process:
    """One of a function that was started before the rotation and lives on."""

    def __init__(self, aws_hub):
        self.aws_hub = aws_hub
        self.ssm = boto3.client("ssm", REGION)
        self.is_cut_off = False
        self.kept = KeptSecrets(self._read, self._read, aws_hub.ports.now)
        self.kept()

    def _read(self):
        if self.is_cut_off:
            raise StorageUnavailable
        return fetch_secrets(self.ssm, PARAMETER)

    def runs(self):
        self.aws_hub.ports.__dict__["kept_secrets"] = self.kept
        return self.aws_hub


def address_in_an_answer(sender, reference):
    aws_hub = sender.runs()
    aws_hub.hub.reply_to_customer(reference, "eva", Answer("Jest w drodze."))
    assert aws_hub.run_queues() == []
    out = message_from_bytes(aws_hub.sent_mails()[-1].raw_data.encode(), policy=policy.default)
    return str(out["Reply-To"])


def rule_for_an_answer(receiver, address, number):
    aws_hub = receiver.runs()
    aws_hub.later(seconds=1)
    aws_hub.mail_arrives(mail("Dziękuję!", "Bez odniesienia", f"{number}@example.pl"), to=[address], dmarc="GRAY")
    assert aws_hub.run_queues() == []
    return newest(aws_hub).arrival.rule


def newest(aws_hub):
    customer_id = aws_hub.threads.find_owner(ANNA).customer_id
    return next(one for one in aws_hub.threads.list_thread(customer_id, 100).items if one.kind is EntryKind.INBOUND)


def key_of(address):
    return address.partition("@")[0][-21]


def test_a_rotation_of_the_keys_loses_no_reply_address(aws_hub):
    aws_hub.mail_arrives(mail())
    aws_hub.run_queues()
    first = newest(aws_hub)
    reference = aws_hub.threads.get_case(first.customer_id, first.case_id).reference
    sender, receiver, cut_off = Process(aws_hub), Process(aws_hub), Process(aws_hub)
    cut_off.is_cut_off = True
    before = address_in_an_answer(sender, reference)
    meanwhile, rules = [], []

    def wait():
        meanwhile.append(address_in_an_answer(sender, reference))
        rules.append(rule_for_an_answer(receiver, before, 1))
        aws_hub.later(seconds=HEARD_BY_ALL_AFTER.total_seconds())
        meanwhile.append(address_in_an_answer(sender, reference))
        rules.append(rule_for_an_answer(receiver, meanwhile[0], 2))

    rotate(receiver.ssm, PARAMETER, wait, os.urandom, print)
    early = address_in_an_answer(
        Process(aws_hub), reference
    )  # of a process that starts now: nobody else may know it yet
    rules.append(rule_for_an_answer(receiver, early, 3))
    aws_hub.later(seconds=HEARD_BY_ALL_AFTER.total_seconds())
    after = address_in_an_answer(sender, reference)
    rules += [rule_for_an_answer(receiver, one, 4 + at) for at, one in enumerate((before, *meanwhile, early, after))]
    assert [key_of(one) for one in (before, *meanwhile, early, after)] == ["a", "a", "a", "b", "b"]
    assert {*rules} == {"by_signed_reply_address"}
    assert newest(aws_hub).case_id == first.case_id
    assert sorted(read(receiver.ssm, PARAMETER)["reply_keys"]["keys"]) == ["a", "b"]

    # A process that has not been able to read since before the rotation judges nothing that it cannot judge.
    assert rule_for_an_answer(cut_off, before, 20) == "by_signed_reply_address"
    seen = newest(aws_hub)
    id_ = aws_hub.mail_arrives(mail("Tak.", "Bez odniesienia", "21@example.pl"), to=[after], dmarc="GRAY")
    errors = cut_off.runs().run_queues()
    assert {str(error) for error in errors} == {"StorageUnavailable, see the log of this request"}
    assert newest(aws_hub) == seen
    cut_off.is_cut_off = False
    aws_hub.later(minutes=1)
    aws_hub.ses_tells(id_, f"incoming/email/{id_}", to=[after], dmarc="GRAY")
    assert cut_off.runs().run_queues() == []
    assert (newest(aws_hub).case_id, newest(aws_hub).arrival.rule) == (first.case_id, "by_signed_reply_address")
