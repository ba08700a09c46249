"""Rows of a keyspace, as `Keyspace.dump` has them."""


def same_rows(before, after):
    """Row by row, so that a failure names the rows."""
    missing, extra = sorted(set(before) - set(after)), sorted(set(after) - set(before))
    assert not missing, f"{len(missing)} rows are missing, the first: {missing[:3]}"
    assert not extra, f"{len(extra)} rows are too many, the first: {extra[:3]}"
    assert after == before
