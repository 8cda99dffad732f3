"""The bridge between threads and the window: runner, hub, crash reports, logs, memory.

Nothing here knows a screen; presenters meet these as the protocols of desktop.ports.
"""

from desktop.bridge.collector import Collector as Collector
from desktop.bridge.crash import CrashReport as CrashReport
from desktop.bridge.crash import CrashReporter as CrashReporter
from desktop.bridge.hub import TouchedHub as TouchedHub
from desktop.bridge.memory import FileMemory as FileMemory
from desktop.bridge.memory import NoMemory as NoMemory
from desktop.bridge.run_now import RunNow as RunNow
from desktop.bridge.runner import BookLike as BookLike
from desktop.bridge.runner import ThreadRunner as ThreadRunner
