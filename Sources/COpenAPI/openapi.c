#include "COpenAPI.h"

static const char description[] = {
#embed "openapi.json" suffix(, 0)
};

const char *helenus_openapi(void) {
    return description;
}
