-- SPDX-License-Identifier: GPL-2.0-or-later
-- Dissects the segments of TCP chats.
local lines = require "chatsniff.lines"
local pattern = require "chatsniff.pattern"
local recognition = require "chatsniff.recognition"
local requests = require "chatsniff.requests"
local sentences = require "chatsniff.sentences"
local session = require "chatsniff.session"
local show = require "chatsniff.show"
local text = require "chatsniff.text"

local tcp = {}
tcp.__index = tcp

local MAX_HEAD = 4096   -- bytes of a first line that are looked at
local SHOWN_LINES = 3   -- in the Info column

-- The value of a preference of Wireshark, or default if Wireshark does not know it.
local function preference(name, default)
    local known, value = pcall(get_preference, name)
    if known and value ~= nil then
        return value
    end
    return default
end

-- What is known about the TCP chats of one capture. said: by frame, its time, sentence and findings (sentences).
-- sequence_of(): the relative sequence number and the stream of the frame that is being dissected; nil if Wireshark
-- does not say. endpoint_of: see session.new(). is_kept: said is wanted.
function tcp.new(sequence_of, endpoint_of, is_kept)
    local is_relative = preference("tcp.relative_sequence_numbers", true)
        and preference("tcp.analyze_sequence_numbers", true)
    return setmetatable({
        is_relative = is_relative, sequence_of = sequence_of, is_kept = is_kept, directions = {}, said = {},
        place_of = {}, -- by frame: its number among the segments of its direction (see lines.lua)
        parties = session.new({}, nil, endpoint_of, is_kept), -- names, and who is in which room
        exchanges = {}, -- by frame: the requests and replies in its lines, each like the told of a datagram
    }, tcp)
end

-- The protocol that has a form for the line. A protocol that takes any line is chosen last.
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

-- Looks at the first bytes of a direction. protocol: the one whose port this is; nil if content alone decides.
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

-- Parses a line as one of this sender, else as one of a peer: mostly both sides are peers, and it does not matter who
-- opened the connection.
local function peer_or(protocol, sender, bytes)
    local message = protocol.senders[sender] and pattern.parse(protocol, sender, bytes)
    if message then
        return message
    end
    return pattern.parse(protocol, "peer", bytes)
end

-- The bytes of a line: in this segment, or, if earlier segments have brought its beginning, put together on a page of
-- their own.
local function bytes_of(tvb, piece)
    if #piece.text == piece.length then
        return tvb(piece.first, piece.length):tvb()
    end
    return ByteArray.new(piece.text, true):tvb("Chat line")
end

local function without_ending(line)
    return line:sub(-1) == "\n" and line:sub(1, -2) or line
end

-- If Wireshark puts segments in order, it does not show what comes after a gap.
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
        if piece.exchange then
            show.add_generated(tree, fields.kind, piece.exchange.kind)
            show.add_links(plugin, piece.exchange, tree)
        end
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
    local parties = segment.parties
    if parties then
        show.add_generated(tree, plugin.fields.sender, parties.sender)
        if parties.source then
            show.add_generated(tree, plugin.fields.sender_name, text.escape(parties.source))
        end
        if parties.destination then
            show.add_generated(tree, plugin.fields.receiver_name, text.escape(parties.destination))
        end
    end
end

local function has_label(piece)
    local message = piece.whole and piece.message
    return message and not sentences.is_bare_text(message) and message.form.label ~= ""
end

-- who: the names of sender and receiver, and the session.
local function say_line(piece, who)
    if not piece.whole then
        return "the end of a line, " .. sentences.quote(piece.typed)
    elseif has_label(piece) then
        return sentences.label(piece.message, who.sender, who.receiver)
            .. (piece.exchange and sentences.link_of(who.session, piece.exchange) or "")
    end
    return sentences.quote(piece.typed) .. ((piece.ended or piece.split) and "" or ", a last line without line feed")
end

local function say_lines(told, who)
    local said = {}
    for i = 1, math.min(#told, SHOWN_LINES) do
        said[i] = say_line(told[i], who)
    end
    if #told == 1 then
        return (has_label(told[1]) and "" or "says: ") .. said[1]
    end
    local more = #told > SHOWN_LINES and string.format(" and %d more", #told - SHOWN_LINES) or ""
    local verb = has_label(told[1]) and "sends" or "says"
    return string.format("%s %d lines in one segment: %s%s", verb, #told, table.concat(said, ", "), more)
end

-- Leaves out the beginning of a character that the end of the segment cuts off.
local function whole_characters(bytes)
    return bytes:sub(1, -1 - (text.cut_character(bytes) or 0))
end

-- The sentence of the Info column.
local function sentence_of(segment, who)
    local parts, begun = {}, segment.begun
    if #segment.told > 0 then
        parts[1] = say_lines(segment.told, who)
    end
    if begun then
        parts[#parts + 1] = (#begun.frames > 0 and "goes on with a line: " or "begins a line: ")
            .. sentences.quote(whole_characters(begun.text:sub(-begun.length)))
    end
    if segment.again > 0 then
        parts[#parts + 1] = "sends " .. sentences.count(segment.again, "byte") .. " again"
    end
    return text.escape(who.sender) .. " " .. table.concat(parts, ", and ")
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

local function endpoint(host, port)
    return tostring(host) .. " " .. port
end

-- If no port gives a hint, the client is the side that speaks first, unless only a server says what it says.
local function guess_client(conversation, protocol, source, destination, bytes)
    if not conversation.client then
        local is_servers = not pattern.parse(protocol, "client", bytes) and pattern.parse(protocol, "server", bytes)
        conversation.client = is_servers and destination or source
    end
    return conversation.client == source and "client" or "server"
end

local opposite = { client = "server", server = "client", peer = "peer" }

-- The server is the side whose port is a chat's. If neither or both ports are, they do not decide.
local function sender_of(plugin, conversation, pinfo, bytes)
    local from, to = plugin.is_hinted(pinfo.src_port), plugin.is_hinted(pinfo.dst_port)
    if from ~= to then
        return from and "server" or "client"
    elseif plugin.protocol.has_exchanges then
        return guess_client(conversation, plugin.protocol, endpoint(pinfo.src, pinfo.src_port),
            endpoint(pinfo.dst, pinfo.dst_port), bytes)
    end
    return "peer"
end

-- Finds the requests and replies in the lines of a frame that is seen for the first time.
function tcp:exchange(plugin, conversation, pinfo, segment, sender)
    local list = {}
    conversation.requests = conversation.requests or requests.new(true)
    for i, piece in ipairs(segment.told) do
        if piece.message then
            local told = {
                frame = pinfo.number, time = pinfo.rel_ts, message = piece.message, protocol = plugin.protocol,
                source = endpoint(pinfo.src, pinfo.src_port), destination = endpoint(pinfo.dst, pinfo.dst_port),
                sender = piece.message.form.from == "peer" and "peer" or sender,
            }
            self.parties:pair({ protocol = plugin.protocol, requests = conversation.requests }, told)
            self.parties:learn(plugin.protocol, told, piece.message, told.request)
            list[i] = told
        end
    end
    return list
end

-- What this segment holds: told (lines), begun (an unfinished line, or nil), again (how many bytes came before).
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
    local segment = { told = told, begun = begun, again = again }
    if plugin.protocol.has_exchanges then
        self:understand_exchange(plugin, direction.conversation, pinfo, segment, sender)
    end
    return segment
end

-- Adds the requests and replies in its lines, and the names of the two ends at this moment.
function tcp:understand_exchange(plugin, conversation, pinfo, segment, sender)
    local frame = pinfo.number
    local list = self.exchanges[frame]
    if not list then
        list = self:exchange(plugin, conversation, pinfo, segment, sender)
        self.exchanges[frame] = list
    end
    for i, piece in ipairs(segment.told) do
        piece.exchange = list[i]
    end
    segment.parties = {
        sender = sender,
        source = self.parties:name(endpoint(pinfo.src, pinfo.src_port), frame),
        destination = self.parties:name(endpoint(pinfo.dst, pinfo.dst_port), frame),
    }
end

function tcp:show(plugin, direction, tvb, pinfo, tree)
    local sender = sender_of(plugin, direction.conversation, pinfo, tvb:raw())
    local segment = self:understand(plugin, direction, tvb, pinfo, sender)
    local parties = segment.parties or {}
    local who = {
        session = self.parties, sender = parties.source or sender,
        receiver = parties.destination or (segment.parties and opposite[sender] or "the other side"),
    }
    local info = show.columns(plugin, pinfo, tree, self.is_kept, sentence_of, segment, who)
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

-- The direction from source to destination of this packet, with what is known about its conversation.
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

-- Dissects a segment. protocol: the one whose port this is, or that the user has chosen; nil if content alone decides,
-- among protocols. plugins: by protocol name. Returns how many bytes were dissected; 0 if it belongs to no chat.
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
