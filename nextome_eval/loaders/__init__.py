"""From a town's untidy files to records, with every problem found kept in a ledger."""
