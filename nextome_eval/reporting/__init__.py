"""What people see: the gate, then figures, tables and the page, from released rows only."""
