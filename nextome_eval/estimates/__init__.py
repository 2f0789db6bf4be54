"""What analyses answer: estimates with each household's influence, tests, and inference."""
