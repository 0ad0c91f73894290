"""Vouch: documents and screenshots in, records with evidence and calibrated confidence out."""
