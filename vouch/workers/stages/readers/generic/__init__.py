"""Any page: its pairs, tables and blocks, by how the print stands and not by what it means."""
