"""The rules reader of `answer`: what a picture says to a question."""
