"""The rules reader of pictures of errors: dialogs, pages, banners, terminals."""
