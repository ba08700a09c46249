#ifndef HELENUS_CSTATX_H
#define HELENUS_CSTATX_H

#include <stdint.h>

// What statx(2) says about a file; it is not among what Swift's Glibc module shows.
struct helenus_statx {
    uint64_t device;
    uint64_t inode;
    uint64_t size;
    uint64_t links;
    uint32_t mode;
    int64_t modified_ns;
    // 0 where the file system keeps no time of birth.
    int64_t born_ns;
};

// Fills `result` for an open file. Answers 0, or the errno.
int helenus_statx_descriptor(int descriptor, struct helenus_statx *result);

// Fills `result` for the file at `path`; a symbolic link is not followed. Answers 0, or the errno.
int helenus_statx_path(const char *path, struct helenus_statx *result);

#endif
