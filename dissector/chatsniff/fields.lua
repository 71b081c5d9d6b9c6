-- SPDX-License-Identifier: GPL-2.0-or-later
-- The fields and the expert information that a protocol's packets have in Wireshark.
local fields = {}

local function declare(name)
    local function string(abbreviation, title, description)
        return ProtoField.string(name .. "." .. abbreviation, title, base.NONE, description)
    end
    local function frame(abbreviation, title, kind, description)
        return ProtoField.framenum(name .. "." .. abbreviation, title, base.NONE, kind, nil, description)
    end
    return {
        form = string("form", "Form", "Which kind of message it is, by the protocol's description"),
        code = string("code", "Code", "Its first word"),
        kind = string("kind", "Kind", "Request, reply, notice (nobody asked), message, or other"),
        phase = string("phase", "Phase", "Setup, control, transfer or teardown of the chat"),
        user = string("user", "User", "A user's name in the message"),
        room = string("room", "Room", "A room's name in the message"),
        address = string("peer.address", "Address", "The address of a peer, or of a room's multicast group"),
        port = ProtoField.uint16(name .. ".peer.port", "Port", base.DEC, nil, nil,
            "The port that belongs to the address"),
        token = string("token", "Word", "Another word of the message"),
        message = string("message", "Text", "What was typed, without its line feed"),
        partial = string("partial", "Part of a line", "Text of a line that is not here as a whole"),
        sender = string("sender", "Sender", "The part that the sender plays: client, server or peer"),
        sender_name = string("sender.name", "Sender's name", "The chat name that its endpoint has at this moment"),
        receiver_name = string("receiver.name", "Receiver's name",
            "The chat name that its endpoint has at this moment"),
        request_in = frame("request_in", "Answers the request in frame", frametype.REQUEST,
            "The first asking of what this answers"),
        reply_in = frame("reply_in", "Answered in frame", frametype.RESPONSE, "A reply to this request"),
        reply_time = ProtoField.relative_time(name .. ".reply_time", "Time since the request",
            "From the first asking to this reply"),
        first_asked_in = frame("first_asked_in", "First asked in frame", frametype.REQUEST,
            "The same was asked before, and not answered"),
        caused_in = frame("caused_in", "Caused by the request in frame", frametype.NONE,
            "Another client's request, about which the server tells this one"),
        left_in = frame("left_in", "Asked to leave in frame", frametype.NONE, "A user who left before this message"),
        segment = frame("segment", "Line begins in frame", frametype.NONE,
            "A segment that brought a part of the line before this one"),
    }
end

-- What a student should notice.
local function experts_of(name)
    local groups, severities = expert.group, expert.severity
    local function new(abbreviation, text, group, severity)
        return ProtoExpert.new(name .. ".expert." .. abbreviation, text, group, severity)
    end
    return {
        unanswered = new("unanswered", "This request was never answered", groups.SEQUENCE, severities.WARN),
        repeated = new("repeated", "Asked again: there was no answer so far", groups.SEQUENCE, severities.NOTE),
        again = new("answered_again", "This request was answered before", groups.SEQUENCE, severities.NOTE),
        not_understood = new("unknown", "It means nothing in this chat", groups.PROTOCOL, severities.WARN),
        not_utf8 = new("not_utf8", "It is not valid UTF-8", groups.MALFORMED, severities.WARN),
        cut_off = new("cut_off", "The capture holds its beginning alone", groups.UNDECODED, severities.NOTE),
        refused = new("refused", "The server refuses", groups.RESPONSE_CODE, severities.NOTE),
        after_leaving = new("after_leaving", "A message after leaving", groups.SEQUENCE, severities.NOTE),
        too_long = new("too_long", "Longer than what receivers read", groups.PROTOCOL, severities.WARN),
        control = new("control", "Control characters, which are shown as escapes", groups.SECURITY, severities.NOTE),
        partial = new("partial", "The line is not here as a whole", groups.REASSEMBLE, severities.NOTE),
        sent_again = new("sent_again", "These bytes came before", groups.SEQUENCE, severities.NOTE),
    }
end

-- Declares them for a Proto object of that name. Returns the fields and the experts, by short names.
function fields.register(proto, name)
    local made, experts = declare(name), experts_of(name)
    local field_list, expert_list = {}, {}
    for _, field in pairs(made) do
        field_list[#field_list + 1] = field
    end
    for _, made_expert in pairs(experts) do
        expert_list[#expert_list + 1] = made_expert
    end
    proto.fields, proto.experts = field_list, expert_list
    return made, experts
end

return fields
