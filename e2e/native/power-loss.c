/*
 * Takes the power away from one process, as far as its files are concerned.
 *
 * Preloaded into a program (LD_PRELOAD), it remembers what each write, truncation, creation, renaming and removal below a folder has
 * changed, until an fsync or fdatasync of the file, or for names of the folder, makes it last. When it is told to cut the power it puts back
 * everything that has not been made to last, or that and then some of it again, and kills the process. Disks may also fail on command.
 *
 *   POWER_LOSS_FOLDER   absolute path; only what is below counts. What was overwritten is kept beside it, in FOLDER.undo.
 *   POWER_LOSS_PIPE     a FIFO with commands, one a line:
 *
 *     cut SEED AFTER    at the operation AFTER from now (0: at once); seed 0 forgets everything not synced, another one keeps some of it:
 *                       a prefix of the changes of names, any of the writes, some of these only in part (sectors of 512 bytes)
 *     fail OP ERRNO COUNT   the next COUNT operations of kind OP (write, sync, name) fail; ERRNO below 0: the first of them is a write that
 *                       is cut short
 *     heal              nothing fails any more
 *
 * All but a cut at once are answered by a line on standard error. One lock makes all operations wait for each other: while the power is being
 * cut nothing else happens.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FD 65536
#define SECTOR 512

/* A file of which something is not synced; `fd` is our own. */
struct file {
  dev_t dev;
  ino_t ino;
  int fd;
  struct file *next;
};

enum kind { WRITE, TRUNCATE, CREATE, FOLDER, RENAME, REMOVE };

/* A change that is not synced, in the order of their happening. */
struct change {
  enum kind kind;
  struct change *before, *after;
  /* of contents */
  struct file *file;
  off_t at, old_size, new_size;
  char *old_bytes, *new_bytes;
  size_t old_length, new_length;
  /* of names: the folder that has to be synced, and where what the name meant before is kept */
  dev_t dev;
  ino_t ino;
  char *path, *from, *kept;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX], undo[PATH_MAX + 8];
static size_t folder_length;
static struct file *files;
static struct change *first, *last;
static unsigned char watched[MAX_FD];
static unsigned kept_count;
static int armed; /* a cut is due at operation `cut_after` from now */
static long cut_after;
static uint64_t seed;
static struct { int error; long count; } failing[3];
enum { FAIL_WRITE, FAIL_SYNC, FAIL_NAME };

#define REAL(name)                                              \
  (*({                                                          \
    static __typeof__(&name) address;                           \
    if (!address) address = (__typeof__(&name))real(#name);     \
    address;                                                    \
  }))
static void *real(const char *name) {
  void *address = dlsym(RTLD_NEXT, name);
  if (!address) abort();
  return address;
}

static void die(const char *what) {
  dprintf(2, "power-loss: %s: %s\n", what, strerror(errno));
  abort();
}

static uint64_t draw(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed;
}

static int below(const char *path) {
  return folder_length > 0 && strncmp(path, folder, folder_length) == 0 &&
         (path[folder_length] == '/' || path[folder_length] == 0);
}

/* ---- the list of changes ---- */

static struct change *add(enum kind kind) {
  struct change *change = calloc(1, sizeof *change);
  change->kind = kind;
  change->before = last;
  if (last) last->after = change; else first = change;
  return last = change;
}

static void drop(struct change *change) {
  if (change->before) change->before->after = change->after; else first = change->after;
  if (change->after) change->after->before = change->before; else last = change->before;
  if (change->kept) REAL(unlink)(change->kept);
  free(change->old_bytes);
  free(change->new_bytes);
  free(change->path);
  free(change->from);
  free(change->kept);
  free(change);
}

static struct file *file_of(int fd) {
  struct stat stat;
  if (fstat(fd, &stat) < 0) die("fstat");
  for (struct file *file = files; file; file = file->next)
    if (file->dev == stat.st_dev && file->ino == stat.st_ino) return file;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  struct file *file = calloc(1, sizeof *file);
  file->dev = stat.st_dev;
  file->ino = stat.st_ino;
  file->fd = REAL(open64)(link, O_RDWR | O_CLOEXEC);
  if (file->fd < 0) die("opening a file again");
  file->next = files;
  return files = file;
}

static void forget_file(struct file *file) {
  for (struct file **link = &files; *link; link = &(*link)->next) {
    if (*link != file) continue;
    *link = file->next;
    REAL(close)(file->fd);
    free(file);
    return;
  }
}

static void note_parent(struct change *change, const char *path) {
  char parent[PATH_MAX];
  snprintf(parent, sizeof parent, "%s", path);
  char *slash = strrchr(parent, '/');
  if (slash) *slash = 0;
  struct stat stat;
  if (lstat(parent, &stat) < 0) die(parent);
  change->dev = stat.st_dev;
  change->ino = stat.st_ino;
  change->path = strdup(path);
}

/* What a name means now, under another name beside the folder, so that it outlives its removal; NULL if it means nothing. */
static char *keep(const char *path) {
  char kept[PATH_MAX + 32];
  snprintf(kept, sizeof kept, "%s/%u", undo, kept_count++);
  if (REAL(link)(path, kept) == 0) return strdup(kept);
  if (errno != ENOENT) die("keeping a file");
  return NULL;
}

/* A write that is about to happen, with a copy of what it writes. */
static struct change *note_write(int fd, off_t at, const struct iovec *parts, int count, size_t length) {
  struct change *change = add(WRITE);
  change->file = file_of(fd);
  change->at = at;
  struct stat stat;
  fstat(fd, &stat);
  change->old_size = stat.st_size;
  change->new_bytes = malloc(length + 1);
  change->new_length = length;
  char *to = change->new_bytes;
  for (int part = 0; part < count; part++) to = mempcpy(to, parts[part].iov_base, parts[part].iov_len);
  if (at >= stat.st_size) return change;
  change->old_length = stat.st_size - at < (off_t)length ? (size_t)(stat.st_size - at) : length;
  change->old_bytes = malloc(change->old_length + 1);
  if (pread(change->file->fd, change->old_bytes, change->old_length, at) != (ssize_t)change->old_length) die("pread");
  return change;
}

static void note_truncate(int fd, off_t size) {
  struct change *change = add(TRUNCATE);
  change->file = file_of(fd);
  struct stat stat;
  fstat(fd, &stat);
  change->old_size = stat.st_size;
  change->new_size = size;
  if (size >= stat.st_size) return;
  change->at = size;
  change->old_length = stat.st_size - size;
  change->old_bytes = malloc(change->old_length + 1);
  if (pread(change->file->fd, change->old_bytes, change->old_length, size) != (ssize_t)change->old_length) die("pread");
}

/* A file's contents, or a folder's names, last from now on. */
static void note_sync(int fd) {
  struct stat stat;
  if (fstat(fd, &stat) < 0) return;
  struct file *file = NULL;
  for (struct change *change = first, *next; change; change = next) {
    next = change->after;
    if (change->file) {
      if (change->file->dev != stat.st_dev || change->file->ino != stat.st_ino) continue;
      file = change->file;
      drop(change);
    } else if (change->dev == stat.st_dev && change->ino == stat.st_ino) drop(change);
  }
  if (file) forget_file(file);
}

/* ---- the cut ---- */

static void undo_contents(const struct change *change) {
  int fd = change->file->fd;
  if (change->old_length > 0) REAL(pwrite64)(fd, change->old_bytes, change->old_length, change->at);
  if (REAL(ftruncate64)(fd, change->old_size) < 0) die("ftruncate");
}

static void redo_contents(const struct change *change) {
  uint64_t fate = draw() % 3;
  if (fate == 0) return;
  int fd = change->file->fd;
  if (change->kind == TRUNCATE) {
    REAL(ftruncate64)(fd, change->new_size);
    return;
  }
  for (size_t from = 0; from < change->new_length; ) {
    size_t size = SECTOR - (change->at + from) % SECTOR;
    if (size > change->new_length - from) size = change->new_length - from;
    if (fate == 1 || draw() % 2) REAL(pwrite64)(fd, change->new_bytes + from, size, change->at + from);
    from += size;
  }
}

static void undo_name(const struct change *change) {
  switch (change->kind) {
    case CREATE:
      REAL(unlink)(change->path);
      break;
    case FOLDER:
      REAL(rmdir)(change->path);
      break;
    case RENAME:
      REAL(rename)(change->path, change->from);
      if (change->kept) REAL(rename)(change->kept, change->path);
      break;
    case REMOVE:
      REAL(rename)(change->kept, change->path);
      break;
    default:
      break;
  }
}

static _Noreturn void cut(void) {
  long names = 0, done = 0;
  for (struct change *change = first; change; change = change->after) names += change->file == NULL;
  long kept_names = seed ? (long)(draw() % (names + 1)) : 0;
  for (struct change *change = last; change; change = change->before) {
    if (change->file) undo_contents(change);
    else if (names - ++done >= kept_names) undo_name(change);
  }
  if (seed) for (struct change *change = first; change; change = change->after) if (change->file) redo_contents(change);
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* The lock is held from here to the end of an operation. Those that change something count. */
static void begin(int counts) {
  pthread_mutex_lock(&lock);
  if (counts && armed && cut_after-- <= 0) cut();
}

static void end(void) {
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
}

enum verdict { GO_ON, FAIL, CUT_SHORT };

/* What becomes of this operation; errno is set if it is to fail. */
static enum verdict verdict_on(int kind) {
  if (failing[kind].count <= 0) return GO_ON;
  failing[kind].count--;
  usleep(3000); /* a disk in trouble takes its time, and a program goes on meanwhile */
  errno = failing[kind].error;
  if (errno > 0) return FAIL;
  failing[kind].error = -errno;
  return CUT_SHORT;
}

/* ---- what programs call ---- */

static int is_watched(int fd) {
  return fd >= 0 && fd < MAX_FD && watched[fd];
}

static ssize_t write_noted(int fd, const struct iovec *parts, int count, off_t at, int positioned) {
  begin(1);
  ssize_t result = -1;
  enum verdict verdict = verdict_on(FAIL_WRITE);
  if (verdict != FAIL) {
    size_t length = 0;
    for (int part = 0; part < count; part++) length += parts[part].iov_len;
    if (!positioned) at = lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    struct change *change = note_write(fd, at, parts, count, length);
    if (verdict == CUT_SHORT) length = (length + 1) / 2;
    result = positioned ? REAL(pwrite64)(fd, change->new_bytes, length, at) : REAL(write)(fd, change->new_bytes, length);
    change->new_length = result < 0 ? 0 : result;
  }
  end();
  return result;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  if (!is_watched(fd)) return REAL(write)(fd, bytes, length);
  struct iovec part = {(void *)bytes, length};
  return write_noted(fd, &part, 1, 0, 0);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  return is_watched(fd) ? write_noted(fd, parts, count, 0, 0) : REAL(writev)(fd, parts, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  if (!is_watched(fd)) return REAL(pwrite64)(fd, bytes, length, at);
  struct iovec part = {(void *)bytes, length};
  return write_noted(fd, &part, 1, at, 1);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  return is_watched(fd) ? write_noted(fd, parts, count, at, 1) : REAL(pwritev64)(fd, parts, count, at);
}

int ftruncate64(int fd, off64_t size) {
  if (!is_watched(fd)) return REAL(ftruncate64)(fd, size);
  begin(1);
  int result = -1;
  if (verdict_on(FAIL_WRITE) != FAIL) {
    note_truncate(fd, size);
    result = REAL(ftruncate64)(fd, size);
  }
  end();
  return result;
}

static int sync_noted(int fd, int (*sync)(int)) {
  begin(1);
  int result = verdict_on(FAIL_SYNC) == FAIL ? -1 : sync(fd);
  if (result == 0) note_sync(fd);
  end();
  return result;
}

int fsync(int fd) {
  return is_watched(fd) ? sync_noted(fd, &REAL(fsync)) : REAL(fsync)(fd);
}

int fdatasync(int fd) {
  return is_watched(fd) ? sync_noted(fd, &REAL(fdatasync)) : REAL(fdatasync)(fd);
}

int open64(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  if (!below(path)) return REAL(open64)(path, flags, mode);
  int fd = -1;
  int creates = flags & O_CREAT && access(path, F_OK) < 0;
  begin(creates || flags & O_TRUNC);
  if (!creates || verdict_on(FAIL_NAME) != FAIL) {
    if (flags & O_TRUNC && !creates) {
      int old = REAL(open64)(path, O_RDWR | O_CLOEXEC);
      if (old >= 0) {
        note_truncate(old, 0);
        REAL(close)(old);
      }
    }
    fd = REAL(open64)(path, flags, mode);
    if (fd >= 0 && fd < MAX_FD) watched[fd] = 1;
    if (fd >= 0 && creates) note_parent(add(CREATE), path);
  }
  end();
  return fd;
}

int close(int fd) {
  if (is_watched(fd)) watched[fd] = 0;
  return REAL(close)(fd);
}

int mkdir(const char *path, mode_t mode) {
  if (!below(path)) return REAL(mkdir)(path, mode);
  begin(1);
  int result = verdict_on(FAIL_NAME) == FAIL ? -1 : REAL(mkdir)(path, mode);
  if (result == 0 && strcmp(path, folder) != 0) note_parent(add(FOLDER), path);
  end();
  return result;
}

int link(const char *from, const char *to) {
  if (!below(to)) return REAL(link)(from, to);
  begin(1);
  int result = verdict_on(FAIL_NAME) == FAIL ? -1 : REAL(link)(from, to);
  if (result == 0) note_parent(add(CREATE), to);
  end();
  return result;
}

int rename(const char *from, const char *to) {
  if (!below(to)) return REAL(rename)(from, to);
  begin(1);
  int result = -1;
  if (verdict_on(FAIL_NAME) != FAIL) {
    char *kept = keep(to);
    result = REAL(rename)(from, to);
    if (result == 0) {
      struct change *change = add(RENAME);
      note_parent(change, to);
      change->from = strdup(from);
      change->kept = kept;
    } else free(kept);
  }
  end();
  return result;
}

int unlink(const char *path) {
  if (!below(path)) return REAL(unlink)(path);
  begin(1);
  int result = -1;
  if (verdict_on(FAIL_NAME) != FAIL) {
    char *kept = keep(path);
    result = REAL(unlink)(path);
    if (result == 0) {
      struct change *change = add(REMOVE);
      note_parent(change, path);
      change->kept = kept;
    } else free(kept);
  }
  end();
  return result;
}

/* Without these ways past us, libuv takes the ones above. */
long syscall(long number, ...) {
  va_list more;
  va_start(more, number);
  long a = va_arg(more, long), b = va_arg(more, long), c = va_arg(more, long);
  long d = va_arg(more, long), e = va_arg(more, long), f = va_arg(more, long);
  va_end(more);
  if (number == SYS_copy_file_range || number == SYS_io_uring_setup) {
    errno = ENOSYS;
    return -1;
  }
  return REAL(syscall)(number, a, b, c, d, e, f);
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t length) {
  if (!is_watched(to)) return REAL(sendfile64)(to, from, at, length);
  char bytes[65536];
  if (length > sizeof bytes) length = sizeof bytes;
  ssize_t got = at ? pread(from, bytes, length, *at) : read(from, bytes, length);
  if (got <= 0) return got;
  ssize_t result = write(to, bytes, got);
  if (at && result > 0) *at += result;
  return result;
}

/* ---- commands ---- */

static void obey(const char *line) {
  char op[16];
  int error;
  long number, count;
  if (sscanf(line, "cut %ld %ld", &number, &count) == 2) {
    pthread_mutex_lock(&lock);
    seed = number;
    cut_after = count;
    armed = 1;
    if (count == 0) cut();
    pthread_mutex_unlock(&lock);
    dprintf(2, "power-loss: armed\n");
  } else if (sscanf(line, "fail %15s %d %ld", op, &error, &count) == 3) {
    int kind = *op == 'w' ? FAIL_WRITE : *op == 's' ? FAIL_SYNC : FAIL_NAME;
    pthread_mutex_lock(&lock);
    failing[kind].error = error;
    failing[kind].count = count;
    pthread_mutex_unlock(&lock);
    dprintf(2, "power-loss: fail\n");
  } else if (strncmp(line, "heal", 4) == 0) {
    pthread_mutex_lock(&lock);
    memset(failing, 0, sizeof failing);
    pthread_mutex_unlock(&lock);
    dprintf(2, "power-loss: heal\n");
  }
}

static void *listen_to(void *path) {
  for (;;) {
    FILE *pipe = fopen(path, "r");
    if (!pipe) die(path);
    char line[128];
    while (fgets(line, sizeof line, pipe)) obey(line);
    fclose(pipe);
  }
  return NULL;
}

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("POWER_LOSS_FOLDER");
  char *pipe = getenv("POWER_LOSS_PIPE");
  if (!path || !pipe) return;
  snprintf(folder, sizeof folder, "%s", path);
  snprintf(undo, sizeof undo, "%s.undo", path);
  folder_length = strlen(folder);
  REAL(mkdir)(undo, 0700);
  kept_count = (unsigned)getpid() * 1000;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  if (pthread_create(&thread, NULL, listen_to, pipe) != 0) die("pthread_create");
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}
