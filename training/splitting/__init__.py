"""Files that hold several documents, put together at random, and how well they are taken apart."""
