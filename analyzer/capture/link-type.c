/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Converts the numbers of link types between those in files and those of libpcap. */
#include "analyzer/capture/link-type.h"
#include "analyzer/capture/source-private.h"

#include <pcap.h>

/* Octets of the largest packet, for link types that the table does not have. */
#define USUAL_LARGEST (256 * 1024)

guint16 link_type_from_file(guint16 number)
{
        return number == 12 || number == 14 ? LINK_TYPE_RAW : number;
}

guint32 link_type_get_largest(guint16 link_type)
{
        const LinkType *type = link_type_get(link_type);

        return type ? type->largest : USUAL_LARGEST;
}

int link_type_to_dlt(guint16 link_type)
{
        const LinkType *type = link_type_get(link_type);
        int dlt = type ? pcap_datalink_name_to_val(type->name) : -1;

        return dlt >= 0 ? dlt : link_type;
}

guint16 link_type_from_dlt(int dlt)
{
        const char *name = pcap_datalink_val_to_name(dlt);

        for (guint number = 0; name && number < link_type_get_end(); number++) {
                const LinkType *type = link_type_get((guint16) number);

                if (type && g_str_equal(type->name, name))
                        return (guint16) number;
        }
        return (guint16) dlt;
}
