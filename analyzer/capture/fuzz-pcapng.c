/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads octets as a pcapng file: every frame must lie within them, and reading must end. */
#include "analyzer/capture/source-private.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
        g_autoptr(Input) input = input_open_memory(data, size);
        InterfaceList interfaces = {g_array_new(FALSE, FALSE, sizeof(CaptureInterface))};
        Pcapng *reader = pcapng_new(input, &interfaces, TRUE);
        g_autoptr(GError) error = NULL;
        CaptureFrame frame;
        CaptureNext next;
        guint64 n = 0;

        while ((next = pcapng_next(reader, &frame, &error)) == CAPTURE_NEXT_FRAME) {
                g_assert_cmpuint(frame.number, ==, ++n);
                g_assert_cmpuint(frame.original_length, >=, frame.captured_length);
                if (frame.is_packet) {
                        g_assert_true(frame.data >= data && frame.captured_length <= size);
                        g_assert_true(frame.data + frame.captured_length <= data + size);
                        g_assert_cmpuint(frame.interface, <, interfaces.array->len);
                }
        }
        g_assert_true(next == CAPTURE_NEXT_END || error);
        pcapng_free(reader);
        for (guint i = 0; i < interfaces.array->len; i++)
                g_free((char *) g_array_index(interfaces.array, CaptureInterface, i).name);
        g_array_unref(interfaces.array);
        return 0;
}
