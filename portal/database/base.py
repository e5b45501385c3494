"""Django's wrapper of PostgreSQL with the limits of this process, the watch and the memory of outages."""

from typing import Any, Final

import psycopg
from django.db.backends.postgresql import base
from psycopg import IsolationLevel

from portal.database.limits import limits_current, parameters_with_limits, statement_seconds
from portal.database.outage import Outage, outage_of
from portal.database.watching import WatchedConnection

JUST_SILENT: Final = "the database did not answer a moment ago"
_REFUSALS_OF_A_SERVER: Final = ("57P", "53")
"""Classes of SQLSTATE: starting, stopping, out of connections or memory. Others (a wrong password) are no outage."""


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL, over connections that nobody waits for in vain."""

    def get_connection_params(self) -> dict[str, Any]:
        """Return the parameters with the limits of this kind of process."""
        return parameters_with_limits(super().get_connection_params())

    def get_new_connection(self, conn_params: dict[str, Any]) -> WatchedConnection:
        """Connect. During an outage one caller at a time waits for the server, the others are refused at once."""
        self.isolation_level = IsolationLevel.READ_COMMITTED
        outage = self._outage()
        if not outage.may_try():
            raise psycopg.OperationalError(JUST_SILENT)
        try:
            connection = WatchedConnection.connect(**conn_params)
        except psycopg.OperationalError as error:
            if error.sqlstate is None or error.sqlstate.startswith(_REFUSALS_OF_A_SERVER):
                outage.begun()
            else:
                outage.ended()
            raise
        outage.ended()
        connection.watch(limits=limits_current(), outage=outage, statement_seconds=statement_seconds())
        return connection

    def close_if_health_check_failed(self) -> None:
        """Test a connection before its first use in a request; during an outage it is given up untested."""
        if self.connection is not None and not self.in_atomic_block and self._outage().is_open():
            self.close()
        super().close_if_health_check_failed()

    def _outage(self) -> Outage:
        return outage_of(f"{self.settings_dict['HOST']}:{self.settings_dict['PORT']}")
