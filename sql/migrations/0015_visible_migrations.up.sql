-- A service can tell whether the schema is the one that it was made for.
GRANT SELECT ON helenus.migration TO helenus_api, helenus_executor;
