REVOKE SELECT ON helenus.migration FROM helenus_api, helenus_executor;
