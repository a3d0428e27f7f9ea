"""Says something over connections that API Gateway holds, or closes them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.gateways.aws import error_code, session

AT_ONCE = 16
# A function has more to do than to wait for clients that do not read; who was not reached asks by itself.
WITHIN = timedelta(seconds=5)
HINT = b'{"type":"changes"}'
_GONE = "GoneException"
_CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 1},
    max_pool_connections=AT_ONCE,
)


def connections_client(url: str) -> BaseClient:
    """`url`: where clients connect, `wss://...`; what is said to them is posted to the same place."""
    return session().create_client("apigatewaymanagementapi", endpoint_url=url.replace("ws", "http", 1), config=_CONFIG)


class GatewayConnections:
    def __init__(self, client: BaseClient) -> None:
        self._client = client

    def tell(self, ids: Sequence[str]) -> frozenset[str]:
        """Gives those that are there no more. Who could not be reached in time is not among them."""
        gone: set[str] = set()

        def tell(id_: str) -> None:
            try:
                self._client.post_to_connection(ConnectionId=id_, Data=HINT)
            except ClientError as error:
                if error_code(error) == _GONE:
                    gone.add(id_)
            except BotoCoreError:
                return

        _at_once(tell, ids)
        return frozenset(gone)

    def close(self, ids: Sequence[str]) -> None:
        def close(id_: str) -> None:
            try:
                self._client.delete_connection(ConnectionId=id_)
            except (BotoCoreError, ClientError):
                return  # it is gone, or goes by itself

        _at_once(close, ids)


def _at_once(do: Callable[[str], None], ids: Sequence[str]) -> None:
    if not ids:
        return
    pool = ThreadPoolExecutor(AT_ONCE)
    wait([pool.submit(do, id_) for id_ in ids], timeout=WITHIN.total_seconds())
    pool.shutdown(wait=False, cancel_futures=True)
