"""What benchmarks need around them: PostgreSQL, processes, the project's statements."""
