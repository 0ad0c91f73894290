"""Invoices that are drawn by lot, with labels that are true by construction."""
