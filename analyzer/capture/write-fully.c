/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/capture/write-fully.h"

#include <errno.h>
#include <unistd.h>

gsize write_fully(int fd, gconstpointer octets, gsize length)
{
        gsize done = 0;

        while (done < length) {
                gssize n = write(fd, (const guint8 *) octets + done, length - done);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        break;
                done += (gsize) n;
        }
        return done;
}
