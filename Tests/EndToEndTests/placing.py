"""What a restore in place puts beside Cassandra's own files."""

# The numbers of placed files begin above this; see PlacementPlan.gap.
GAP = 1_000_000


def placed(demo, keyspace):
    """Files that lie in the live folders under numbers that we gave, and copies under way."""
    files = [
        file for data in demo.data_directories for file in data.glob(f"{keyspace}/*/*")
        if file.is_file()]
    return [
        file for file in files
        if file.suffix == ".tmp"
        or any(part.isdigit() and int(part) > GAP for part in file.name.split("-"))]
