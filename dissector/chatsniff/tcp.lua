-- SPDX-License-Identifier: GPL-2.0-or-later
-- Dissects the segments of TCP chats.
local lines = require "chatsniff.lines"
local pattern = require "chatsniff.pattern"
local recognition = require "chatsniff.recognition"
local sentences = require "chatsniff.sentences"
local show = require "chatsniff.show"

local tcp = {}
tcp.__index = tcp

local MAX_HEAD = 4096   -- so much of a first line is looked at
local SHOWN_LINES = 3   -- in the Info column

-- What is known of the TCP chats of one capture. said: by frame, its time, sentence and findings (sentences).
-- sequence_of(): the relative sequence number and the stream of the frame that is being dissected (nil where Wireshark
-- does not tell), and whether that number is an absolute one.
function tcp.new(sequence_of)
    return setmetatable({ sequence_of = sequence_of, conversations = {}, directions = {}, said = {} }, tcp)
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

-- What a line's shape makes worth noticing.
local function notice_shape(piece, typed, notice)
    if sentences.has_controls(typed) then
        notice("control", "Control characters, which are shown as escapes")
    end
    if piece.split then
        notice("partial", "A line this long is told in pieces")
    elseif not piece.ended then
        notice("partial", last_line_note())
    end
end

-- Adds a whole line. Returns what the Info column says of it.
local function add_line(plugin, tree, tvb, piece, sender, notice)
    local fields = plugin.fields
    local shown, typed = bytes_of(tvb, piece), without_ending(piece.text)
    local message, why = peer_or(plugin.protocol, sender, piece.text)
    if message then
        show.add_message(plugin, tree, shown, message)
    else
        show.add_generated(tree, fields.form, "unknown")
        show.add_string(tree, fields.message, shown(), typed)
        notice(why == "not_utf8" and "not_utf8" or "not_understood", "It fits no form: " .. pattern.reasons[why])
    end
    for _, frame in ipairs(piece.frames) do
        show.add_generated(tree, fields.segment, frame)
    end
    notice_shape(piece, typed, notice)
    if message and not sentences.is_bare_text(message) and message.form.label ~= "" then
        return sentences.label(message, sender, "the other side")
    end
    return sentences.quote(typed) .. ((piece.ended or piece.split) and "" or ", a last line without line feed")
end

-- Adds the end of a line whose beginning was not shown.
local function add_end(plugin, tree, tvb, piece, notice)
    local typed = without_ending(piece.text)
    show.add_string(tree, plugin.fields.partial, bytes_of(tvb, piece)(), typed)
    notice("partial", "The beginning of this line is not in the capture, or not where it belongs")
    return "the end of a line, " .. sentences.quote(typed)
end

-- Adds the part of a line that this segment has, which goes on in a later one.
local function add_begun(plugin, tree, tvb, piece, notice)
    local range = tvb(piece.first, piece.length)
    show.add_string(tree, plugin.fields.partial, range, range:raw())
    notice("partial", "The line goes on in a later segment")
    return (#piece.frames > 0 and "goes on with a line: " or "begins a line: ") .. sentences.quote(range:raw())
end

local function describe(told)
    if #told == 1 then
        return "says: " .. told[1]
    end
    local list = table.concat(told, ", ", 1, math.min(#told, SHOWN_LINES))
    if #told > SHOWN_LINES then
        list = list .. string.format(" and %d more", #told - SHOWN_LINES)
    end
    return string.format("says %d lines in one segment: %s", #told, list)
end

-- The server is where the port is a chat's; where neither or both are, nobody can tell.
local function sender_of(pinfo, is_hinted)
    local from, to = is_hinted(pinfo.src_port), is_hinted(pinfo.dst_port)
    return from == to and "peer" or from and "server" or "client"
end

-- Adds all that a segment brings. Returns the sentence of the Info column.
local function build_tree(plugin, tvb, pinfo, item, told, begun, again, notice)
    local sender, said, parts = sender_of(pinfo, plugin.is_hinted), {}, {}
    for i, piece in ipairs(told) do
        said[i] = piece.whole and add_line(plugin, item, tvb, piece, sender, notice)
            or add_end(plugin, item, tvb, piece, notice)
    end
    if #told > 0 then
        parts[#parts + 1] = describe(said)
    end
    if begun then
        parts[#parts + 1] = add_begun(plugin, item, tvb, begun, notice)
    end
    if again > 0 then
        parts[#parts + 1] = "sends " .. sentences.count(again, "byte") .. " again"
        notice("sent_again", sentences.count(again, "byte") .. " came before")
    end
    show.add_generated(item, plugin.fields.phase, again > 0 and "recovery" or "transfer")
    return sender .. " " .. table.concat(parts, ", and ")
end

function tcp:show(plugin, tvb, pinfo, tree, segment, direction)
    local told, begun, again = direction:tell(segment, tvb:raw())
    if begun and pinfo.visited and direction:is_last(segment) then
        told[#told + 1], begun = begun, nil
    end
    local item, findings = tree:add(plugin.proto, tvb()), {}
    local info = build_tree(plugin, tvb, pinfo, item, told, begun, again, function(kind, sentence)
        item:add_proto_expert_info(plugin.experts[kind], sentence)
        findings[#findings + 1] = sentence
    end)
    item:append_text(": " .. info)
    pinfo.cols.protocol:set(plugin.column)
    pinfo.cols.info:set(info)
    self.said[pinfo.number] = { time = pinfo.rel_ts, sentence = info, findings = findings }
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
    self:show(plugin, tvb, pinfo, tree, segment, direction)
    return tvb:len()
end

return tcp
