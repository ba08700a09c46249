#define _GNU_SOURCE
#include "CStatx.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static int64_t nanoseconds(struct statx_timestamp time) {
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int look(int directory, const char *path, int flags, struct helenus_statx *result) {
    struct statx found;
    if (statx(directory, path, flags, STATX_BASIC_STATS | STATX_BTIME, &found) != 0) {
        return errno;
    }
    result->device = makedev(found.stx_dev_major, found.stx_dev_minor);
    result->inode = found.stx_ino;
    result->size = found.stx_size;
    result->links = found.stx_nlink;
    result->mode = found.stx_mode;
    result->modified_ns = nanoseconds(found.stx_mtime);
    result->born_ns = (found.stx_mask & STATX_BTIME) ? nanoseconds(found.stx_btime) : 0;
    return 0;
}

int helenus_statx_descriptor(int descriptor, struct helenus_statx *result) {
    return look(descriptor, "", AT_EMPTY_PATH, result);
}

int helenus_statx_path(const char *path, struct helenus_statx *result) {
    return look(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, result);
}
