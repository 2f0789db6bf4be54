"""One cell in, one value or one reason out: nothing is guessed."""
