"""Arrays in, arrays out: the arithmetic, which knows no household and no table."""
