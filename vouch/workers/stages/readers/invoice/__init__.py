"""Invoices and credit notes of any vendor, by the words and places that the trade has in common."""
