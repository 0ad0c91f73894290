"""The scoreboard: labelled pictures in, field, evidence and calibration metrics out."""
