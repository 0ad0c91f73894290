"""What the rules reader knows: how receipts print amounts, dates, names and rows."""
