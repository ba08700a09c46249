#include "SQL.h"
const char helenus_placeholder[] = {
#embed "queries/placeholder.sql" suffix(, 0)
};
