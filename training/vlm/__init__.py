"""How vouch-vlm is made: lessons from labelled pictures, training, and the adapter that ships."""
