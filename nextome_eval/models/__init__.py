"""A door, a method, an answer: plain functions from checked data to estimates."""
