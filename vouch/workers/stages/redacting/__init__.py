"""What must not be shown: finding it on a page, and taking it out of the record and the picture."""
