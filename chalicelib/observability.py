"""Logs and metrics: the only importer of Powertools.

Nothing personal is ever logged: fields are ids, names of rules, counts and error types. The text of an exception is
not logged, because it can quote what a customer wrote; its type and the lines of code are.
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from chalicelib.domain.errors import HubError
from chalicelib.metrics import Metric


class FunctionFailed(Exception):
    """What leaves a function in place of the error itself: Lambda logs the text of whatever leaves it."""


Handler = TypeVar("Handler", bound=Callable[[Any], Any])

log = Logger(service="splot", log_uncaught_exceptions=False)
_metrics = Metrics(service="splot", namespace="Splot")
# A set of dimensions holds for all metrics that are written together: one for each.
_by: dict[tuple[tuple[str, str], ...], EphemeralMetrics] = {}
NOTHING: Mapping[str, str] = MappingProxyType({})


def count(name: Metric, value: int = 1, by: Mapping[str, str] = NOTHING, **fields: str) -> None:
    """One structured log line and one metric of the same name; `by`: its dimensions. `fields` go to the log only."""
    log.info(name, extra={"count": value, **by, **fields})
    if not by:
        _metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
        return
    divided = _by.setdefault(tuple(sorted(by.items())), EphemeralMetrics(service="splot", namespace="Splot"))
    for dimension, of_value in by.items():
        divided.add_dimension(dimension, of_value)
    divided.add_metric(name=name, unit=MetricUnit.Count, value=value)


def measure_seconds(name: Metric, value: float) -> None:
    _metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=value)


def record_error(error: BaseException, **fields: str) -> None:
    """An error that is about to be answered or retried: type, code and where, never its text."""
    code = error.code if isinstance(error, HubError) else "internal"
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("error", extra={"error_type": type(error).__name__, "code": code, "where": where[-12:], **fields})
    _metrics.add_metric(name=Metric.ERRORS, unit=MetricUnit.Count, value=1)


def instrumented(handler: Handler) -> Handler:
    """Around every event function, under Chalice's decorator: request id on each line, errors recorded, metrics out.

    Chalice's middleware is not used: it runs for blueprint handlers in tests and not in Lambda.
    """

    @functools.wraps(handler)
    def run(event: Any) -> Any:
        with_request(getattr(event.context, "aws_request_id", ""))
        try:
            return handler(event)
        except Exception as error:  # noqa: BLE001  # whatever it is, its text must not get into the logs
            record_error(error)
            raise FunctionFailed(f"{type(error).__name__}, see the log of this request") from None
        finally:
            flush()

    return run  # type: ignore[return-value]  # the same signature, which a TypeVar over callables cannot say


def with_request(request_id: str, **more: str) -> None:
    """From now on each line of the log has these beside it."""
    log.clear_state()
    log.append_keys(request_id=request_id, **more)


def flush() -> None:
    for metrics in (_metrics, *_by.values()):
        if metrics.metric_set:
            metrics.flush_metrics()
    _by.clear()
