/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyzer/output/text-private.h"

void selection_append(GString *text, const Conversation *conversation, const SessionDecision *decision)
{
        FlowSide client = decision->has_server ? !decision->server : conversation->client;
        Transport transport = (Transport) conversation->transport;

        append_text(text, transport_to_string(transport));
        append_literal(text, " stream ");
        append_unsigned(text, conversation->stream);
        append_literal(text, ", ");
        text_append_endpoint(text, transport, &conversation->endpoints[client]);
        append_literal(text, " to ");
        text_append_endpoint(text, transport, &conversation->endpoints[!client]);
        append_text(text, decision->verdict == SESSION_CHAT ? ": taken for a chat, because " : ": left out, because ");
        append_text(text, session_reason_to_string(decision->reason));
        append_char(text, '\n');
        append_end(text);
}
