"""What this centre has told of what is wrong, and how its channels fare."""

from central.store.tables import METADATA
from runtime.alerts.store import AlertStore

ALERT_STORE = AlertStore(METADATA)
