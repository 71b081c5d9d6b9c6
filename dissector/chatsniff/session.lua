-- SPDX-License-Identifier: GPL-2.0-or-later
-- UDP chats: which conversations are chats, and what each datagram of them is. Uses nothing of Wireshark.
--
-- A datagram is given once, when its frame is first seen: frame, time (seconds), source and destination (endpoints:
-- strings), source_port, destination_port, to_group (its destination is a multicast address), payload, length (which is
-- more than #payload if the capture cut it off). What is understood about it is called a "told", and is kept for as
-- long as the capture is open. A conversation may be recognised only after some datagrams: then these get their told at
-- once, and Wireshark finds it when it looks at their frames again.
local address = require "chatsniff.address"
local directory = require "chatsniff.directory"
local pattern = require "chatsniff.pattern"
local recognition = require "chatsniff.recognition"
local requests = require "chatsniff.requests"
local rooms = require "chatsniff.rooms"
local text = require "chatsniff.text"

local session = {}
session.__index = session

local MAX_MISFITS = 4 -- datagrams that fit no form, before a conversation is given up
local MAX_HELD = 256  -- datagrams of an undecided conversation
local MAX_GROUP_QUESTIONS = 64
local GROUP_PATIENCE = 10 -- seconds

-- protocols: those over UDP. is_hinted(protocol, port): whether a port is that protocol's.
-- endpoint_of(canonical_address, port): the endpoint as the caller would write it. is_kept: a report will be wanted, so
-- everything is kept; otherwise a plain message is parsed again when Wireshark looks at its frame again.
function session.new(protocols, is_hinted, endpoint_of, is_kept)
    return setmetatable({
        is_kept = is_kept,
        protocols = protocols,
        is_hinted = is_hinted,
        endpoint_of = endpoint_of,
        directory = directory.new(),
        rooms = rooms.new(),
        group_questions = {}, -- the newest: request, asked_in (a conversation), time
        conversations = {},
        told = {},       -- by frame; for a plain message that is not kept, only its conversation
        held_in = {},    -- by frame: the undecided conversation that holds it
        server_ports = nil, -- a set, once a server is known
        frames = {},     -- the frames that have a told, in the order in which they got it
    }, session)
end

-- Parses one datagram by itself. If it was cut off, only a text can be used: the beginning of a name or a port would be
-- another name or port.
local function read_datagram(protocol, sender, datagram)
    local bytes, missing = datagram.payload, datagram.length - #datagram.payload
    if missing > 0 then
        bytes = bytes:sub(1, -1 - (text.cut_character(bytes) or 0))
    end
    local message, why = pattern.parse(protocol, sender, bytes)
    if missing > 0 and not (message and message.text) then
        message, why = nil, "cut_off"
    end
    return message, why, datagram.length - #bytes
end

-- The endpoint given by an answer to "where is NAME?" or by a room's list; nil if the message gives none.
function session:announced(message)
    local meaning = message.form.meaning
    if #message < 2 or (meaning ~= "user-address" and meaning ~= "peer-address") then
        return nil
    end
    local canonical, port = address.canonical(message[1]), address.port(message[2])
    return canonical and port and self.endpoint_of(canonical, port) or nil
end

-- Whether the message begins with the name of its sender.
local function names_its_sender(message)
    local meaning = message.form.meaning
    return message.form.argument_types[1] == "user"
        and message.form.from ~= "server" -- a server passes on what others said
        and (meaning == "here" or (meaning == "message" and message.line_ended))
end

-- Learns from a message who takes part, and under which name.
function session:learn(protocol, datagram, message, request)
    local book, frame, meaning = self.directory, datagram.frame, message.form.meaning
    local announced = self:announced(message)
    if meaning == "registered" then
        local name = message[1] or (request and request.argument)
        book:add_peer(datagram.destination, protocol)
        if name then
            book:set_name(datagram.destination, frame, name)
        end
    elseif meaning == "unregistered" then
        book:set_name(datagram.destination, frame, false)
    elseif announced then
        book:add_peer(announced, protocol)
        -- The answer to "where is NAME?" names the endpoint; a room's list does not.
        if meaning == "user-address" and request and request.argument then
            book:set_name(announced, frame, request.argument)
        end
    elseif names_its_sender(message) then
        book:add_peer(datagram.source, protocol)
        book:set_name(datagram.source, frame, message[1])
        if not datagram.to_group then
            book:add_peer(datagram.destination, protocol)
        end
    end
    if meaning == "leave-room" or meaning == "unregister" then
        book:set_departure(datagram.source, frame, frame)
    elseif meaning == "join-room" or meaning == "register" then
        book:set_departure(datagram.source, frame, nil)
    end
end

function session:tell_request(conversation, told)
    told.kind = "request"
    told.asked = conversation.requests:ask(told.message, told)
    if told.asked.asked > 1 then
        told.repeats = told.asked.frame
    else
        self.rooms:note_request(told.message, told)
    end
    if told.to_group then
        local questions = self.group_questions
        questions[#questions + 1] = { request = told.asked, asked_in = conversation, time = told.time }
        if #questions > MAX_GROUP_QUESTIONS then
            table.remove(questions, 1)
        end
    end
end

-- A member of a group answers directly to the peer that asked in the group. Returns the newest request in a group that
-- the datagram answers, or nil.
function session:answer_group(told)
    for i = #self.group_questions, 1, -1 do
        local question = self.group_questions[i]
        local request = question.request
        if request.by == told.destination and told.message.form.answers[request.form.name]
            and told.time - question.time <= GROUP_PATIENCE then
            if question.answered ~= request then
                question.answered = request
                question.asked_in.requests:answer(told.protocol, told.message, told)
            end
            return request
        end
    end
    return nil
end

-- Handles a notice. A list of peers that the client did not ask for has a cause: somebody else came or went.
function session:tell_notice(conversation, told)
    local meaning = told.message.form.meaning
    told.kind = "notice"
    if meaning == "clear-peers" then
        conversation.cause = self.rooms:find_cause(told)
    end
    if meaning == "clear-peers" or meaning == "peer-address" or meaning == "room-group" then
        told.cause = conversation.cause
    end
end

function session:tell_answer(conversation, told)
    local answer, request = conversation.requests:answer(conversation.protocol, told.message, told)
    if answer == "notice" then
        self:tell_notice(conversation, told)
    else
        told.kind = "reply"
    end
    if not request and told.sender == "peer" then
        request = self:answer_group(told)
    end
    if request then
        told.request, told.again = request, answer == "again" or nil
        request.replies[#request.replies + 1] = told.frame
        if told.time >= request.time then
            told.latency = told.time - request.time
        end
        self.rooms:note_answer(told.message, told, request)
    elseif told.sender ~= "server" then
        told.kind = "message" -- between peers, only an answer to a request is a reply
    end
end

-- Decides whether a datagram is a request, reply, notice or message, and which request it belongs to.
function session:pair(conversation, told)
    local form = told.message.form
    if form.is_answered and told.sender ~= "server" then
        self:tell_request(conversation, told)
    elseif told.sender == "server" or form.answers_anything then
        self:tell_answer(conversation, told)
    else
        told.kind = "message"
    end
end

-- Turns a datagram into its told: adds kind, sender, message (or why it fits no form), missing, and what pair() adds.
function session:tell(conversation, told)
    local server, protocol = conversation.server, conversation.protocol
    told.conversation, told.protocol, told.kind = conversation, protocol, "other"
    told.sender = not server and "peer" or server == told.source and "server" or "client"
    told.message, told.why, told.missing = read_datagram(protocol, told.sender, told)
    told.payload = nil
    if told.message then
        self:pair(conversation, told)
        self:learn(protocol, told, told.message, told.request)
    end
    if self.is_kept then
        self.frames[#self.frames + 1] = told.frame
    end
    local is_plain = told.kind == "message" and not told.request and not server -- of a peer
    self.told[told.frame] = (self.is_kept or not is_plain) and told or conversation
    return told
end

-- The told of a frame, or nil; datagram(): the datagram in it.
function session:look_up(frame, datagram)
    local found = self.told[frame]
    if not found or not found.endpoints then
        return found
    end
    local told, protocol = datagram(), found.protocol
    told.conversation, told.protocol, told.kind, told.sender = found, protocol, "message", "peer"
    told.message, told.why, told.missing = read_datagram(protocol, told.sender, told)
    return told
end

-- Notes that the conversation is a chat; server: the server's endpoint, or nil between peers.
function session:decide(conversation, protocol, server)
    conversation.protocol, conversation.server = protocol, server
    conversation.requests = requests.new()
    conversation.evidence = nil
    if server then
        self.directory:add_server(server, protocol)
        self.server_ports = self.server_ports or {}
        self.server_ports[tonumber(server:match("%d+$"))] = true
    end
    local held = conversation.held
    conversation.held = nil
    for _, datagram in ipairs(held) do
        self.held_in[datagram.frame] = nil
        self:tell(conversation, datagram)
    end
end

function session:decide_by_server(conversation)
    for _, endpoint in ipairs(conversation.endpoints) do
        local known = self.directory.servers[endpoint]
        if known then
            self:decide(conversation, known, endpoint)
            return
        end
    end
end

-- Counts a datagram that fits no form: somebody may try out the server by hand before the chat begins. Binary data, or
-- too many such datagrams, show that the conversation is no chat.
function session:count_misfit(conversation, datagram)
    conversation.misfits = (conversation.misfits or 0) + 1
    local is_cut = datagram.length > #datagram.payload
    if conversation.misfits > MAX_MISFITS or not text.is_typed(datagram.payload, is_cut) then
        for _, held in ipairs(conversation.held) do
            self.held_in[held.frame] = nil
        end
        conversation.is_other, conversation.held, conversation.evidence = true, nil, nil
    end
end

function session:judge(conversation, datagram)
    local known = self.directory.peers[datagram.source] or self.directory.peers[datagram.destination]
    if known and pattern.parse(known, "peer", datagram.payload) then
        return self:decide(conversation, known, nil)
    end
    local fits_any = false
    for _, protocol in ipairs(self.protocols) do
        local evidence = conversation.evidence[protocol] or {}
        conversation.evidence[protocol] = evidence
        local verdict, fits = recognition.judge_datagram(evidence, protocol, datagram, function(port)
            return self.is_hinted(protocol, port)
        end)
        if verdict then
            return self:decide(conversation, protocol, verdict ~= "peer" and verdict or nil)
        end
        fits_any = fits_any or fits
    end
    if not fits_any then
        self:count_misfit(conversation, datagram)
    end
end

function session:conversation_of(source, destination)
    local from_here = self.conversations[source]
    local conversation = from_here and from_here[destination]
    if not conversation then
        local from_there = self.conversations[destination]
        conversation = from_there and from_there[source]
            or { endpoints = { source, destination }, held = {}, evidence = {} }
        from_here = from_here or {}
        from_here[destination] = conversation
        self.conversations[source] = from_here
    end
    return conversation
end

-- Takes a datagram that is seen for the first time. Returns its told, or nil if it belongs to no chat, or to a
-- conversation that is not recognised yet. insist: the protocol that the user says this conversation has, whatever its
-- content.
function session:add(datagram, insist)
    local conversation = self:conversation_of(datagram.source, datagram.destination)
    if conversation.last_frame == datagram.frame then
        return nil -- Wireshark asks once for the port, and then for its heuristics
    end
    conversation.last_frame = datagram.frame
    if conversation.is_other and not insist then
        return nil
    elseif conversation.protocol then
        return self:tell(conversation, datagram)
    end
    conversation.held = conversation.held or {}
    conversation.evidence = conversation.evidence or {}
    if #conversation.held < MAX_HELD then
        table.insert(conversation.held, datagram)
        self.held_in[datagram.frame] = conversation
    end
    self:decide_by_server(conversation)
    if not conversation.protocol and datagram.payload ~= "" then
        self:judge(conversation, datagram)
    end
    if insist and not conversation.protocol then
        self:decide(conversation, insist, datagram.destination)
    end
    return self.told[datagram.frame] and datagram or nil
end

-- The told of a frame that was seen before, with what was learned since, or nil. datagram(): the datagram in it.
function session:get(frame, datagram)
    local conversation = self.held_in[frame]
    if conversation then
        self:decide_by_server(conversation)
    end
    return self:look_up(frame, datagram)
end

-- A quick test whether a datagram, whose ports give no hint, is worth a closer look. It is if it may be a message, or
-- if it is text: somebody may type before the chat is recognised.
function session:may_be_of_interest(payload)
    if not payload:find("[%z\1-\8\11\12\14-\31\127-\255]") then
        return true
    end
    for _, protocol in ipairs(self.protocols) do
        if recognition.may_be(protocol, payload) then
            return true
        end
    end
    return false
end

-- The frame in which one of the two ends of a message asked to leave, without having come back before the message; nil
-- if neither did.
function session:left_in(told)
    return self.directory:left_in(told.source, told.frame) or self.directory:left_in(told.destination, told.frame)
end

-- The chat name that an endpoint has at a frame, or nil.
function session:name(endpoint, frame)
    return self.directory:name(endpoint, frame)
end

return session
