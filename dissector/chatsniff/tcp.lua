-- SPDX-License-Identifier: GPL-2.0-or-later
-- Dissects the segments of TCP chats.
local lines = require "chatsniff.lines"
local pattern = require "chatsniff.pattern"
local recognition = require "chatsniff.recognition"
local show = require "chatsniff.show"

local tcp = {}
tcp.__index = tcp

local MAX_HEAD = 4096   -- so much of a first line is looked at
local SHOWN_LINES = 3   -- in the Info column

-- What is known of the TCP chats of one capture. sequence_of(): the relative sequence number and the stream of the
-- frame that is being dissected; nil where Wireshark does not tell.
function tcp.new(sequence_of)
    return setmetatable({ sequence_of = sequence_of, conversations = {}, directions = {} }, tcp)
end

local function keys_of(pinfo)
    local source = tostring(pinfo.src) .. " " .. pinfo.src_port
    local destination = tostring(pinfo.dst) .. " " .. pinfo.dst_port
    local there, back = source .. " " .. destination, destination .. " " .. source
    return there, there < back and there or back
end

-- The protocol that has a form for the line; one that takes any line comes last.
local function best_for_line(protocols, line)
    local any
    for _, protocol in ipairs(protocols) do
        for _, sender in ipairs { "client", "server", "peer" } do
            local message = pattern.parse(protocol, sender, line)
            if message and message.form.code then
                return protocol
            end
            any = any or (message and protocol) or nil
        end
    end
    return any
end

-- Looks at what came first in a direction. protocol: whose port it is; nil: none's, and content alone decides.
local function judge(conversation, direction, bytes, protocol, protocols)
    local head = (conversation.heads[direction] or "") .. bytes:sub(1, MAX_HEAD + 1)
    local stop = head:find("\n", 1, true)
    local line = stop and head:sub(1, stop) or head
    local verdict = recognition.judge_line(line, stop ~= nil, protocol ~= nil)
    if verdict == nil and #head > MAX_HEAD then
        verdict = protocol ~= nil
    end
    if verdict then
        conversation.protocol = protocol or best_for_line(protocols, line)
    end
    conversation.verdict = verdict
    if verdict and not conversation.protocol then
        conversation.verdict = false
    end
    conversation.heads[direction] = head
    if conversation.verdict ~= nil then
        conversation.heads = nil
    end
end

local function peer_or(protocol, sender, bytes)
    local message = pattern.parse(protocol, sender, bytes)
    if message then
        return message
    end
    return pattern.parse(protocol, "peer", bytes)
end

-- The bytes of a line: those of this segment, or where earlier segments have brought its beginning, put together on a
-- page of their own.
local function bytes_of(tvb, piece)
    if #piece.text == piece.length then
        return tvb(piece.first, piece.length):tvb()
    end
    return ByteArray.new(piece.text, true):tvb("Chat line")
end

local function without_ending(line)
    return line:sub(-1) == "\n" and line:sub(1, -2) or line
end

-- Where Wireshark puts segments in order, it does not show what comes after a gap.
local function last_line_note()
    local known, in_order = pcall(get_preference, "tcp.reassemble_out_of_order")
    if known and in_order then
        return "A last line without line feed, unless Wireshark holds back what follows a gap"
    end
    return "A last line without line feed"
end

-- Adds a line. Returns what the Info column says of it.
local function add_line(plugin, tree, tvb, piece, sender)
    local fields, experts = plugin.fields, plugin.experts
    local shown = bytes_of(tvb, piece)
    local typed = without_ending(piece.text)
    local message, why = peer_or(plugin.protocol, sender, piece.text)
    if not piece.whole then
        local item = show.add_string(tree, fields.partial, shown(), typed)
        item:add_proto_expert_info(experts.partial, "Its beginning is not in the capture, or not where it belongs")
        return "ends a line: …" .. show.quote(typed)
    end
    if message then
        show.add_message(plugin, tree, shown, 0, message)
    else
        show.add_generated(tree, fields.form, "unknown")
        local item = show.add_string(tree, fields.message, shown(), typed)
        item:add_proto_expert_info(why == "not_utf8" and experts.not_utf8 or experts.not_understood,
            "It fits no form: " .. pattern.reasons[why])
    end
    for _, frame in ipairs(piece.frames) do
        show.add_generated(tree, fields.segment, frame)
    end
    if show.has_controls(typed) then
        tree:add_proto_expert_info(experts.control)
    end
    if piece.split then
        tree:add_proto_expert_info(experts.partial, "A line this long is told in pieces")
    elseif not piece.ended then
        tree:add_proto_expert_info(experts.partial, last_line_note())
    end
    local quoted = show.quote(typed)
    if message and message.form.code and message.form.label ~= "" then
        quoted = show.label(message, { source = sender, destination = "the other" })
    end
    return quoted .. (piece.ended and "" or not piece.split and ", a last line without line feed" or "")
end

local function add_begun(plugin, tree, tvb, piece)
    local typed = tvb:raw(piece.first, piece.length)
    local item = show.add_string(tree, plugin.fields.partial, tvb(piece.first, piece.length), typed)
    item:add_proto_expert_info(plugin.experts.partial, "The line goes on in a later segment")
    return (#piece.frames > 0 and "goes on with a line: " or "begins a line: ") .. show.quote(typed) .. "…"
end

local function describe(told)
    if #told <= 1 then
        return told[1]
    end
    local list = table.concat(told, ", ", 1, math.min(#told, SHOWN_LINES))
    if #told > SHOWN_LINES then
        list = list .. string.format(" and %d more", #told - SHOWN_LINES)
    end
    return string.format("%d lines in one segment: %s", #told, list)
end

-- The server is where the port is a chat's; where neither or both are, nobody can tell.
local function sender_of(pinfo, is_hinted)
    local from, to = is_hinted(pinfo.src_port), is_hinted(pinfo.dst_port)
    return from == to and "peer" or from and "server" or "client"
end

local function show_segment(plugin, tvb, pinfo, tree, segment, direction, is_hinted)
    local told, begun, again = direction:tell(segment, tvb:raw())
    if begun and pinfo.visited and direction:is_last(segment) then
        told[#told + 1], begun = begun, nil
    end
    local item = tree:add(plugin.proto, tvb())
    local sender, said, parts = sender_of(pinfo, is_hinted), {}, {}
    for i, piece in ipairs(told) do
        said[i] = add_line(plugin, item, tvb, piece, sender)
    end
    if #told > 0 then
        parts[#parts + 1] = "says: " .. describe(said)
    end
    if begun then
        parts[#parts + 1] = add_begun(plugin, item, tvb, begun)
    end
    if again > 0 then
        item:add_proto_expert_info(plugin.experts.sent_again, show.count(again, "byte") .. " came before")
        parts[#parts + 1] = "sends " .. show.count(again, "byte") .. " again"
    end
    local info = sender .. " " .. table.concat(parts, ", and ")
    item:append_text(": " .. info)
    pinfo.cols.protocol:set(plugin.column)
    pinfo.cols.info:set(info)
end

-- protocol: whose port this is, or whom the user says it is; nil: content alone decides, among protocols. plugins: by
-- protocol name. Returns how many bytes were dissected; 0: this is no chat's.
function tcp:dissect(plugins, tvb, pinfo, tree, protocol, protocols)
    if pinfo.in_error_pkt or tvb:len() == 0 then
        return 0
    end
    local there, key = keys_of(pinfo)
    local conversation = self.conversations[key]
    if not conversation then
        conversation = { heads = {} }
        self.conversations[key] = conversation
    end
    if conversation.verdict == nil and not pinfo.visited then
        judge(conversation, there, tvb:raw(), protocol, protocols)
    end
    if conversation.verdict == false or (conversation.verdict == nil and not protocol) then
        return 0
    end
    local plugin = plugins[(conversation.protocol or protocol).name]
    local direction = self.directions[there] or lines.new()
    self.directions[there] = direction
    local segment = direction:segment(pinfo.number, tvb:len(), self.sequence_of())
    show_segment(plugin, tvb, pinfo, tree, segment, direction, plugin.is_hinted)
    return tvb:len()
end

return tcp
