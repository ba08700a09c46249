"""The API's rate of requests beside that of others; see api.sh."""
