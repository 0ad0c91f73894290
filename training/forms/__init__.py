"""Small documents and screens of many kinds, with schemas and questions drawn by lot."""
