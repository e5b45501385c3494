"""Loaded by every Python that `environ_with` starts: its clock is off by the days that `OFF_BY_DAYS` says."""

import os
from datetime import timedelta

import time_machine

time_machine.travel(timedelta(days=float(os.environ["OFF_BY_DAYS"])), tick=True).start()
