"""Till receipts with labels that are true by construction."""
