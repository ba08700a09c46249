#pragma once

/// A file of this folder as it was compiled in: its path in the folder and its text.
struct helenus_sql_file {
    const char *path;
    const char *text;
};

/// All files, ended by one without path.
const struct helenus_sql_file *helenus_sql_files(void);
