/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes the input as a file on a disk, compressed or not, and reads it as a command does: twice, then through a pipe as
 * it comes, then, if it is not compressed, from memory. All must give the same frames and the same end. */
#include "analyzer/capture/source-private.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* A pipe takes this many octets even if nobody reads it. */
#define PIPE_SIZE (60 * 1024)
#define MEMORY_LIMIT ((gsize) 64 * 1024 * 1024)
/* At most this many frames are looked at: a short input may unpack to very many. */
#define ENOUGH 20000

/* What a reading gave. */
typedef struct {
        guint64 frames;
        guint32 digest;
        char *said; /* the error; NULL if the reading came to the end */
} Reading;

static void reading_clear(Reading *self)
{
        g_free(self->said);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static void digest(Reading *self, gconstpointer octets, gsize length)
{
        const guint8 *p = octets;

        for (gsize i = 0; i < length; i++)
                self->digest = (self->digest ^ p[i]) * 16777619u;
}

/* The message without the file's name, which differs. */
static char *without_name(const GError *error)
{
        const char *colon = strstr(error->message, ": ");

        g_assert_nonnull(colon);
        return g_strdup(colon + 2);
}

static Reading read_all(CaptureSource *source)
{
        g_autoptr(GError) error = NULL;
        Reading self = {0};
        CaptureFrame frame;
        CaptureNext next = CAPTURE_NEXT_FRAME;

        while (self.frames < ENOUGH && (next = capture_source_next(source, &frame, &error)) == CAPTURE_NEXT_FRAME) {
                g_assert_cmpuint(frame.number, ==, ++self.frames);
                g_assert_cmpuint(frame.captured_length, <=, frame.original_length);
                digest(&self, frame.data, frame.captured_length);
                digest(&self, &frame.time, sizeof frame.time);
                digest(&self, &frame.original_length, sizeof frame.original_length);
                if (frame.is_packet)
                        g_assert_cmpuint(frame.interface, <, capture_source_get_n_interfaces(source));
        }
        g_assert_true(self.frames == ENOUGH || next == CAPTURE_NEXT_END || error);
        if (error)
                self.said = without_name(error);
        return self;
}

static void expect_same(const Reading *one, const Reading *other)
{
        g_assert_cmpuint(one->frames, ==, other->frames);
        g_assert_cmpuint(one->digest, ==, other->digest);
        g_assert_cmpstr(one->said, ==, other->said);
}

/* Returns NULL if it is not a capture. */
static CaptureSource *open_descriptor(int fd)
{
        g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
        g_autoptr(GError) error = NULL;
        CaptureSource *source = capture_source_open_file(path, NULL, &error);

        g_assert_true(source || error);
        return source;
}

static void read_pipe(const guint8 *data, gsize size, const Reading *file)
{
        g_autoptr(CaptureSource) source = NULL;
        g_auto(Reading) reading = {0};
        int ends[2];

        if (size > PIPE_SIZE || pipe(ends) != 0)
                return;
        g_assert_cmpint(write(ends[1], data, size), ==, (gssize) size);
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        close(ends[1]);
        source = capture_source_open_as_it_comes("-", NULL, NULL);
        g_assert_true((source != NULL) == (file != NULL));
        if (!source)
                return;
        reading = read_all(source);
        expect_same(file, &reading);
}

static void read_memory(const guint8 *data, gsize size, const Reading *file)
{
        g_autoptr(CaptureSource) source = capture_source_open_memory(data, size, NULL);
        g_auto(Reading) reading = {0};

        g_assert_true((source != NULL) == (file != NULL));
        if (!source)
                return;
        reading = read_all(source);
        expect_same(file, &reading);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        int fd = memfd_create("capture", MFD_CLOEXEC);
        g_autoptr(CaptureSource) source = NULL;
        g_auto(Reading) first = {0}, second = {0};
        gboolean is_compressed;

        g_assert_cmpint(fd, >=, 0);
        g_assert_cmpint(write(fd, data, size), ==, (gssize) size);
        capture_set_memory_limit(MEMORY_LIMIT);
        source = open_descriptor(fd);
        close(fd);
        is_compressed = source && strchr(capture_source_get_description(source), ',') != NULL;
        if (source) {
                first = read_all(source);
                g_assert_true(capture_source_rewind(source, NULL));
                second = read_all(source);
                expect_same(&first, &second);
        }
        read_pipe(data, size, source ? &first : NULL);
        if (source && !is_compressed)
                read_memory(data, size, &first);
        return 0;
}
