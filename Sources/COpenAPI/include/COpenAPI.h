#pragma once

/// The API's description in OpenAPI 3.1, JSON, as it was compiled in.
const char *helenus_openapi(void);
