-- SPDX-License-Identifier: GPL-2.0-or-later
-- Dissects the segments of TCP chats.
local lines = require "chatsniff.lines"
local pattern = require "chatsniff.pattern"
local recognition = require "chatsniff.recognition"
local sentences = require "chatsniff.sentences"
local show = require "chatsniff.show"
local text = require "chatsniff.text"

local tcp = {}
tcp.__index = tcp

local MAX_HEAD = 4096   -- so much of a first line is looked at
local SHOWN_LINES = 3   -- in the Info column

-- The value of a preference of Wireshark, or what it is by default where Wireshark does not tell.
local function preference(name, default)
    local known, value = pcall(get_preference, name)
    if known and value ~= nil then
        return value
    end
    return default
end

-- What is known of the TCP chats of one capture. said: by frame, its time, sentence and findings (sentences).
-- sequence_of(): the relative sequence number and the stream of the frame that is being dissected; nil where Wireshark
-- does not tell. is_kept: said is wanted.
function tcp.new(sequence_of, is_kept)
    local is_relative = preference("tcp.relative_sequence_numbers", true)
        and preference("tcp.analyze_sequence_numbers", true)
    return setmetatable({
        is_relative = is_relative, sequence_of = sequence_of, is_kept = is_kept, directions = {}, said = {},
        place_of = {}, -- of a frame, among the segments of its direction
    }, tcp)
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
    local head = (direction.head or "") .. bytes:sub(1, MAX_HEAD + 1)
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
    direction.head = conversation.verdict == nil and head or nil
end

-- Most often both sides are peers: what a line means does not depend on who opened the connection, unless the
-- description says that it does.
local function peer_or(protocol, sender, bytes)
    local message = protocol.senders[sender] and pattern.parse(protocol, sender, bytes)
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
    if preference("tcp.reassemble_out_of_order", false) then
        return "A last line without line feed, unless Wireshark holds back what follows a gap"
    end
    return "A last line without line feed"
end

-- What a line is: the message that it holds, or nil and why it fits no form.
local function read_line(plugin, piece, sender)
    piece.typed = without_ending(piece.text)
    if piece.whole then
        piece.message, piece.why = peer_or(plugin.protocol, sender, piece.text)
    end
end

-- Adds a whole line to the tree.
local function add_line(plugin, tree, tvb, piece)
    local fields, shown = plugin.fields, bytes_of(tvb, piece)
    if piece.message then
        show.add_message(plugin, tree, shown, piece.message)
    else
        show.add_generated(tree, fields.form, "unknown")
        show.add_string(tree, fields.message, shown(), piece.typed)
    end
    for _, frame in ipairs(piece.frames) do
        show.add_generated(tree, fields.segment, frame)
    end
end

local function add_all(plugin, tree, tvb, segment)
    for _, piece in ipairs(segment.told) do
        if piece.whole then
            add_line(plugin, tree, tvb, piece)
        else
            show.add_string(tree, plugin.fields.partial, bytes_of(tvb, piece)(), piece.typed)
        end
    end
    if segment.begun then
        local range = tvb(segment.begun.first, segment.begun.length)
        show.add_string(tree, plugin.fields.partial, range, range:raw())
    end
    show.add_generated(tree, plugin.fields.phase, segment.again > 0 and "recovery" or "transfer")
end

local function say_line(piece, sender)
    local message = piece.message
    if not piece.whole then
        return "the end of a line, " .. sentences.quote(piece.typed)
    elseif message and not sentences.is_bare_text(message) and message.form.label ~= "" then
        return sentences.label(message, sender, "the other side")
    end
    return sentences.quote(piece.typed) .. ((piece.ended or piece.split) and "" or ", a last line without line feed")
end

local function say_lines(told, sender)
    local said = {}
    for i = 1, math.min(#told, SHOWN_LINES) do
        said[i] = say_line(told[i], sender)
    end
    if #told == 1 then
        return "says: " .. said[1]
    end
    local more = #told > SHOWN_LINES and string.format(" and %d more", #told - SHOWN_LINES) or ""
    return string.format("says %d lines in one segment: %s%s", #told, table.concat(said, ", "), more)
end

-- A segment can end inside a character: its beginning says nothing yet.
local function whole_characters(bytes)
    return bytes:sub(1, -1 - (text.cut_character(bytes) or 0))
end

-- The sentence of the Info column.
local function sentence_of(segment, sender)
    local parts, begun = {}, segment.begun
    if #segment.told > 0 then
        parts[1] = say_lines(segment.told, sender)
    end
    if begun then
        parts[#parts + 1] = (#begun.frames > 0 and "goes on with a line: " or "begins a line: ")
            .. sentences.quote(whole_characters(begun.text:sub(-begun.length)))
    end
    if segment.again > 0 then
        parts[#parts + 1] = "sends " .. sentences.count(segment.again, "byte") .. " again"
    end
    return sender .. " " .. table.concat(parts, ", and ")
end

local function add(found, kind, sentence)
    found[#found + 1] = { kind, sentence }
end

-- Adds what a student should notice in a line.
local function notice_line(piece, found)
    if not piece.whole then
        add(found, "partial", "The beginning of this line is not in the capture, or not where it belongs")
        return
    elseif not piece.message then
        add(found, piece.why == "not_utf8" and "not_utf8" or "not_understood",
            "It fits no form: " .. pattern.reasons[piece.why])
    end
    if sentences.has_controls(piece.typed) then
        add(found, "control", "Control characters, which are shown as escapes")
    end
    if piece.split then
        add(found, "partial", "A line this long is told in pieces")
    elseif not piece.ended then
        add(found, "partial", last_line_note())
    end
end

-- What a student should notice in a segment, as a list of { kind, sentence }.
local function notice(segment)
    local found = {}
    for i = 1, #segment.told do
        notice_line(segment.told[i], found)
    end
    if segment.begun then
        add(found, "partial", "The line goes on in a later segment")
    end
    if segment.again > 0 then
        add(found, "sent_again", sentences.count(segment.again, "byte") .. " came before")
    end
    return found
end

-- The server is where the port is a chat's; where neither or both are, nobody can tell.
local function sender_of(pinfo, is_hinted)
    local from, to = is_hinted(pinfo.src_port), is_hinted(pinfo.dst_port)
    return from == to and "peer" or from and "server" or "client"
end

-- What is understood of this segment: told (lines), begun (a line, or nil), again (how many bytes came before).
function tcp:understand(plugin, direction, tvb, pinfo, sender)
    local frame = pinfo.number
    local place = self.place_of[frame]
    if not place then
        place = direction:add(frame)
        self.place_of[frame] = place
    end
    direction:locate(place, tvb:len(), self.sequence_of())
    local told, begun, again = direction:tell(place, tvb:raw())
    if begun and pinfo.visited and direction:is_last(place) then
        told[#told + 1], begun = begun, nil
    end
    for i = 1, #told do
        read_line(plugin, told[i], sender)
    end
    return { told = told, begun = begun, again = again }
end

function tcp:show(plugin, direction, tvb, pinfo, tree)
    local sender = sender_of(pinfo, plugin.is_hinted)
    local segment = self:understand(plugin, direction, tvb, pinfo, sender)
    local info = show.columns(plugin, pinfo, tree, self.is_kept, sentence_of, segment, sender)
    local item, findings = show.start(plugin, tree, tvb, info), notice(segment)
    if item then
        add_all(plugin, item, tvb, segment)
    end
    for _, found in ipairs(findings) do
        item = item or tree:add(plugin.proto, tvb())
        item:add_proto_expert_info(plugin.experts[found[1]], found[2])
    end
    if self.is_kept then
        self.said[pinfo.number] = { time = pinfo.rel_ts, sentence = info, findings = findings }
    end
end

-- The direction from source to destination of this packet, with what is known of its conversation.
function tcp:direction_of(pinfo)
    local source = tostring(pinfo.src) .. " " .. pinfo.src_port
    local destination = tostring(pinfo.dst) .. " " .. pinfo.dst_port
    local key = source .. " " .. destination
    local direction = self.directions[key]
    if not direction then
        local back = self.directions[destination .. " " .. source]
        direction = lines.new(self.is_relative)
        direction.conversation = back and back.conversation or {}
        self.directions[key] = direction
    end
    return direction
end

-- protocol: whose port this is, or whom the user says it is; nil: content alone decides, among protocols. plugins: by
-- protocol name. Returns how many bytes were dissected; 0: this is no chat's.
function tcp:dissect(plugins, tvb, pinfo, tree, protocol, protocols)
    if pinfo.in_error_pkt or tvb:len() == 0 then
        return 0
    end
    local direction = self:direction_of(pinfo)
    local conversation = direction.conversation
    if conversation.verdict == nil and not pinfo.visited then
        judge(conversation, direction, tvb:raw(), protocol, protocols)
    end
    if conversation.verdict == false or (conversation.verdict == nil and not protocol) then
        return 0
    end
    self:show(plugins[(conversation.protocol or protocol).name], direction, tvb, pinfo, tree)
    return tvb:len()
end

return tcp
