"""Hub, crash reports, logs, memory and collection."""

import gc
import json
import logging
import sys
import threading
from types import SimpleNamespace

import pytest

from core.clock import FixedClock
from desktop.bridge import Collector, CrashReporter, FileMemory, NoMemory, TouchedHub
from desktop.bridge.logs import start_logging


def touched(**records):
    return SimpleNamespace(label="Issue", records=records, origin="local")


def test_the_hub_tells_of_commits_of_any_thread_on_the_gui_thread(qtbot):
    hub, heard = TouchedHub(), []
    stop = hub.subscribe(lambda told: heard.append((told.label, threading.get_ident())))
    hub.subscribe(lambda _told: stop())
    writer = threading.Thread(target=hub.announce, args=(touched(invoices=frozenset({b"1"})),))
    with qtbot.waitSignal(hub.touched):
        writer.start()
    writer.join()
    with qtbot.waitSignal(hub.touched):
        hub.announce(touched())
    assert heard == [("Issue", threading.get_ident())]


SECRET = "Kaveri Textiles 12,34,567.50"


def mistake() -> None:
    held = SECRET
    raise ValueError(f"cannot settle {held}")


@pytest.mark.allow_logs
def test_a_crash_report_tells_where_and_never_whose_money(qtbot, tmp_path):
    shown = []
    reporter = CrashReporter(
        tmp_path / "logs", FixedClock(1_790_000_000_000_000), shown.append, version="0.1"
    )
    reporter.install()
    try:
        thread = threading.Thread(target=mistake)
        thread.start()
        thread.join()
        try:
            mistake()
        except ValueError:
            sys.excepthook(*sys.exc_info())
    finally:
        reporter.uninstall()
    qtbot.waitUntil(lambda: len(shown) == 2)
    for report in shown:
        assert report.kind == "ValueError"
        assert "test_roads_back.py" in report.text
        assert "mistake" in report.text
        assert SECRET not in report.text
        assert "Kaveri" not in report.text
        assert report.file.read_text("utf-8") == report.text


@pytest.mark.allow_logs
def test_only_the_last_reports_are_kept_and_a_full_disk_is_survived(qtbot, tmp_path):
    shown = []
    reporter = CrashReporter(tmp_path, FixedClock(1_790_000_000_000_000), shown.append)
    for _time in range(13):
        reporter.report(ValueError())
    assert len(list(tmp_path.glob("crash-*.txt"))) == 10
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    CrashReporter(blocked, FixedClock(1), shown.append).report(ValueError())
    qtbot.waitUntil(lambda: len(shown) >= 13)


@pytest.mark.allow_logs
def test_the_log_holds_no_words_of_exceptions_and_rotates(tmp_path):
    root = logging.getLogger()
    level = root.level
    handler = start_logging(tmp_path)
    try:
        try:
            mistake()
        except ValueError:
            logging.getLogger("bahi.test").exception("a page could not be read")
        for _line in range(9_000):
            logging.getLogger("bahi.test").info("%0200d", 7)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
    files = sorted(tmp_path.iterdir())
    assert 1 < len(files) <= 4
    assert all(file.stat().st_size <= 512 * 1024 for file in files)
    text = "".join(file.read_text("utf-8") for file in files)
    assert "Kaveri" not in text


def test_a_logged_exception_keeps_its_place(tmp_path):
    formatter = start_logging(tmp_path)
    try:
        try:
            mistake()
        except ValueError:
            text = formatter.formatter.formatException(sys.exc_info())
    finally:
        logging.getLogger().removeHandler(formatter)
        formatter.close()
    assert "ValueError" in text
    assert "mistake" in text
    assert "Kaveri" not in text


def test_memory_outlives_the_program_but_private_words_do_not(tmp_path):
    file = tmp_path / "settings" / "window.json"
    memory = FileMemory(file)
    assert memory.recall("theme", "light") == "light"
    memory.keep("theme", "dark")
    memory.keep("filter.invoices", "Kaveri", private=True)
    assert memory.recall("filter.invoices", "") == "Kaveri"
    memory.save()
    again = FileMemory(file)
    assert again.recall("theme", "light") == "dark"
    assert again.recall("filter.invoices", "") == ""
    assert "Kaveri" not in file.read_text("utf-8")


@pytest.mark.parametrize("damage", ["", "{", "[1, 2]", "\x00"])
def test_a_damaged_memory_is_only_forgotten(tmp_path, damage):
    file = tmp_path / "window.json"
    file.write_text(damage)
    memory = FileMemory(file)
    assert memory.recall("theme", "light") == "light"
    memory.keep("theme", "dark")
    memory.save()
    assert json.loads(file.read_text())["theme"] == "dark"


def test_no_memory_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    memory = NoMemory()
    memory.keep("theme", "dark")
    memory.save()
    assert memory.recall("theme", "light") == "dark"
    assert list(tmp_path.iterdir()) == []


def test_garbage_is_collected_by_the_gui_thread_alone(qtbot):
    collector = Collector()
    try:
        assert not gc.isenabled()

        class Ring:
            pass

        alive = []
        for _turn in range(2_000):
            ring = Ring()
            ring.self = ring
        before = gc.get_count()[0]
        collector.collect()
        assert before > gc.get_count()[0]
        assert alive == []
    finally:
        collector.stop()
    assert gc.isenabled()
