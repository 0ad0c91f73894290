"""Pages of real UI kits, rendered by Chromium, with what the DOM says of them as labels."""
