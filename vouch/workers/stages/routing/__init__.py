"""What a picture shows, judged by its words, their places and its look."""
