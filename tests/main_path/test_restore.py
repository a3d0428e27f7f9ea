"""The table is lost and restored from a backup, as docs/operations.md says: rehearsed on moto, which keeps backups.

What moto cannot show: how long it takes, and a moment in the middle of a transaction.
"""

from datetime import date

import boto3

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.erasure import Ground, Requester
from chalicelib.settings import Settings
from chalicelib.usecases.replay_messages import Days
from chalicelib.usecases.request_erasure import Wanted
from chalicelib.wiring import Hub, Ports
from infra.reconcile import check, erase_again, replay
from tests.main_path.conftest import REGION
from tests.main_path.samples import mail

ANNA, MARIA = ContactPoint(PointKind.EMAIL, "anna@example.pl"), ContactPoint(PointKind.EMAIL, "maria@example.pl")
LEAVES = Wanted(Ground.NO_LONGER_NEEDED, Requester.CUSTOMER, "GDPR, art. 17(1)(a)")


def erased(aws_hub, point):
    id_ = aws_hub.hub.request_erasure(aws_hub.threads.find_owner(point).customer_id, "admin", LEAVES)
    while not aws_hub.hub.erase_customer(id_):
        aws_hub.later(minutes=1)


def hub_on(aws_hub, table):
    ports = Ports(Settings({**aws_hub.environment, "TABLE_NAME": table}))
    ports.__dict__["now"] = aws_hub.ports.now
    return Hub(ports)


def day_of(raw_key):
    """Moto stamps what SES stores with the real time, which names the day."""
    day = date(*map(int, raw_key.split("/")[1:4]))
    return Days(day, day)


def test_a_restored_table_forgets_whom_we_forgot_and_has_again_what_came_since(aws_hub):
    dynamodb = boto3.client("dynamodb", REGION)
    aws_hub.mail_arrives(mail())
    aws_hub.run_queues()
    backup = dynamodb.create_backup(TableName="splot", BackupName="night")["BackupDetails"]["BackupArn"]
    aws_hub.later(seconds=1)
    aws_hub.mail_arrives(
        mail("Dzień dobry", From="maria@example.pl", message_id="9@example.pl"), source="maria@example.pl"
    )
    aws_hub.run_queues()
    erased(aws_hub, ANNA)

    dynamodb.restore_table_from_backup(TargetTableName="restored", BackupArn=backup)
    hub, said = hub_on(aws_hub, "restored"), []
    threads = hub.ports.threads
    days = day_of(*aws_hub.objects("raw/"))
    assert threads.find_owner(ANNA)  # she has come back, and Maria is unknown
    assert threads.find_owner(MARIA) is None

    assert erase_again(hub, said.append) == 1
    assert threads.find_owner(ANNA) is None
    assert check(hub, days, said.append) == 1  # her message is kept, and has no row
    assert replay(hub, days, [], said.append, dry_run=False) == 0
    (entry,) = [one for one in threads.list_thread(threads.find_owner(MARIA).customer_id, 10).items if one.arrival]
    assert entry.text == "Dzień dobry"
    assert check(hub, days, said.append) == 0
    assert threads.find_owner(ANNA) is None
