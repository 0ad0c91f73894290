"""The classifier of kinds of pictures: pictures drawn by chance, and the fit."""
