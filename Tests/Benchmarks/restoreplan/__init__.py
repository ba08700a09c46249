"""Time and memory of planning and staging a restore, by the number of entries in its manifest."""
