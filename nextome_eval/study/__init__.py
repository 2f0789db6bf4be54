"""What a study is: its plan, its records, and the two doors through which analyses go in."""
