#pragma once
// Linux calls that Swift's Glibc module leaves out (epoll, signalfd) or cannot import
// (variadic functions, atomics on memory shared between processes).
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The signal that this process gets when the thread that started it ends.
static inline int linux_set_parent_death_signal(int signal_number) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)signal_number, 0UL, 0UL, 0UL);
}

/// The name shown by ps and pgrep, cut to 15 bytes.
static inline int linux_set_process_name(const char *name) {
    return prctl(PR_SET_NAME, (unsigned long)name, 0UL, 0UL, 0UL);
}

/// The C library has no function for it. The class is 2 (best effort) or 3 (idle); the level 0 to 7.
static inline int linux_set_io_priority(int thread, int io_class, int level) {
    return (int)syscall(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, thread, io_class << 13 | level);
}

/// Each arena of the heap keeps memory that others cannot use.
static inline int linux_limit_heap_arenas(int arenas) {
    return mallopt(M_ARENA_MAX, arenas);
}

/// Up to so many free bytes at the end of the heap stay with the process; blocks up to that size are
/// of the heap.
static inline int linux_keep_free_heap(int bytes) {
    return mallopt(M_TRIM_THRESHOLD, bytes) == 1 && mallopt(M_MMAP_THRESHOLD, bytes) == 1;
}

/// EPOLLEXCLUSIVE is an enum case in one libc and a macro in another.
static const uint32_t linux_epollin_exclusive = EPOLLIN | EPOLLEXCLUSIVE;

static inline uint64_t linux_load(const uint64_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void linux_store(uint64_t *word, uint64_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline void linux_add(uint64_t *word, uint64_t amount) {
    __atomic_fetch_add(word, amount, __ATOMIC_RELAXED);
}

// Declared by the C library for _GNU_SOURCE only, which Swift's importer may not define.
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *size, int flags);
extern int syncfs(int descriptor);
extern int sync_file_range(
    int descriptor, int64_t offset, int64_t size, unsigned int flags);
extern int memfd_create(const char *name, unsigned int flags);
extern int posix_spawn_file_actions_addclosefrom_np(
    posix_spawn_file_actions_t *actions, int from);

/// F_OFD_SETLK: a lock that belongs to the open file description.
static const int linux_ofd_get_lock = 36;
static const int linux_ofd_set_lock = 37;
static const int linux_ofd_set_lock_wait = 38;
/// MFD_CLOEXEC.
static const unsigned int linux_memfd_cloexec = 1;
/// SYNC_FILE_RANGE_WRITE: begins to write what is in memory only, and waits for nothing.
static const unsigned int linux_sync_file_range_write = 2;
