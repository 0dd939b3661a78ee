"""Who may sign in to this node's pages."""

from hubnode.store.tables import METADATA
from runtime.accounts import AccountStore, define_account_tables

ACCOUNTS = AccountStore(define_account_tables(METADATA))
