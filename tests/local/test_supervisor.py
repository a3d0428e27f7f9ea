"""A process that dies is started again and said to be; a supervisor that died leaves nothing running behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from infra.local.programs import Program
from infra.local.stack import HOST, LocalStack, other_ports
from infra.local.supervisor import Supervisor, end_leftovers, find_supervisor, lock, processes_told, settle_ports

SLEEP = "import sys, time; print('up', flush=True); time.sleep(60)"


def program(folder, name="one", code=SLEEP, **options):
    return Program(name, [sys.executable, "-c", code, str(folder)], dict(os.environ), **options)


@pytest.fixture
def supervised(tmp_path):
    started = []

    def supervised(*programs):
        supervisor = Supervisor(LocalStack(tmp_path), programs)
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        started.append((supervisor, thread))
        return supervisor

    yield supervised
    for supervisor, thread in started:
        supervisor.ended.set()
        thread.join()


def eventually(happened, within=10.0):
    deadline = time.monotonic() + within
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_process_is_started_again_and_said_to_be(supervised, tmp_path, capfd):
    stack = LocalStack(tmp_path)
    supervised(program(tmp_path))
    eventually(lambda: stack.log("one").exists() and stack.log("one").read_text() == "up\n")
    eventually(lambda: "one" in processes_told(stack))  # told after it was started
    first = processes_told(stack)["one"]["pid"]
    os.kill(first, signal.SIGKILL)
    eventually(lambda: processes_told(stack)["one"]["restarts"] == 1)
    assert processes_told(stack)["one"]["pid"] != first
    assert "one died (SIGKILL); starting it again" in capfd.readouterr().out


def test_what_a_restarted_process_may_have_forgotten_is_told_to_it(supervised, tmp_path):
    repaired = tmp_path / "repaired"
    repair = [sys.executable, "-c", f"open({str(repaired)!r}, 'w')"]
    supervised(program(tmp_path, repair=repair))
    stack = LocalStack(tmp_path)
    eventually(lambda: "one" in processes_told(stack))
    assert not repaired.exists()
    os.kill(processes_told(stack)["one"]["pid"], signal.SIGKILL)
    eventually(repaired.exists)


def test_a_process_that_dies_again_and_again_is_tried_less_and_less_often(supervised, tmp_path):
    supervisor = supervised(program(tmp_path, code="raise SystemExit(3)"))
    eventually(lambda: supervisor.running and supervisor.running[0].restarts == 1)
    eventually(lambda: supervisor.running[0].pause >= 2)


def test_new_code_restarts_our_own_programs_and_no_others(supervised, tmp_path):
    supervisor = supervised(program(tmp_path, "theirs"), program(tmp_path, "ours", ours=True))
    stack = LocalStack(tmp_path)
    eventually(lambda: len(processes_told(stack)) == 2)
    before = processes_told(stack)
    supervisor.renewed.set()
    eventually(lambda: processes_told(stack)["ours"] != before["ours"])
    assert processes_told(stack)["theirs"] == before["theirs"]
    assert processes_told(stack)["ours"]["restarts"] == 0


def test_when_it_ends_everything_ends_in_reverse_order(supervised, tmp_path, capfd):
    supervisor = supervised(program(tmp_path, "table"), program(tmp_path, "edge"))
    stack = LocalStack(tmp_path)
    eventually(lambda: len(processes_told(stack)) == 2)
    pids = [told["pid"] for told in processes_told(stack).values()]
    supervisor.ended.set()
    eventually(lambda: not any(map(is_alive, pids)))
    said = capfd.readouterr().out
    assert said.index("edge stopped") < said.index("table stopped")


def test_what_a_killed_supervisor_left_running_is_ended(tmp_path):
    stack = LocalStack(tmp_path)
    ours = subprocess.Popen([sys.executable, "-c", SLEEP, str(tmp_path)], stdout=subprocess.DEVNULL)
    another = subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.DEVNULL)
    told = {name: {"pid": p.pid, "restarts": 0} for name, p in (("ours", ours), ("reused", another))}
    (tmp_path / "processes.json").write_text(str(told).replace("'", '"'))
    threading.Thread(target=ours.wait).start()  # what init does for a process without a parent
    end_leftovers(stack)
    assert ours.poll() == -signal.SIGTERM
    assert another.poll() is None, "a process that has only inherited the number was ended"
    another.kill()
    another.wait()


def test_the_next_start_takes_the_ports_of_the_last_one_and_says_which_are_others(tmp_path, capfd):
    stack = LocalStack(tmp_path)
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        last = other_ports() | {"smtp": taken.getsockname()[1]}
        stack.keep_ports(last)
        settle_ports(stack)
    assert {**stack.ports, "smtp": last["smtp"]} == last
    assert stack.ports["smtp"] != last["smtp"]
    assert f"smtp is on port {stack.ports['smtp']} instead" in capfd.readouterr().out


def test_there_is_one_supervisor_per_folder(tmp_path):
    (tmp_path / "supervisor.pid").write_text("4711")
    assert find_supervisor(tmp_path) is None
    held = lock(tmp_path)
    assert find_supervisor(tmp_path) == 4711
    with pytest.raises(BlockingIOError):
        lock(tmp_path)
    held.close()
    assert find_supervisor(tmp_path) is None
