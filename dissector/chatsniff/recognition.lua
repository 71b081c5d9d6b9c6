-- SPDX-License-Identifier: GPL-2.0-or-later
-- Decides what is a chat. A port is only a hint: content decides. Uses nothing of Wireshark.
local pattern = require "chatsniff.pattern"
local text = require "chatsniff.text"

local recognition = {}

local function begins_with_any(line, beginnings)
    for _, beginning in ipairs(beginnings) do
        if line:sub(1, #beginning) == beginning then
            return true
        end
    end
    return false
end

-- First lines of other protocols that some programs end with a line feed alone. Nobody types these.
local unmistakable = {
    "SSH-1.", "SSH-2.", "GET /", "POST /", "HEAD /", "PUT /", "HTTP/1.", "<?xml", "<stream:", "@RSYNCD:", "RFB 00",
    "RTSP/1.", "SIP/2.0", "INVITE sip:", "REGISTER sip:", "{\"jsonrpc\"",
}
-- People might type these: on a chat's own port they are taken for a chat.
local likely = {
    "OPTIONS ", "CONNECT ", "EHLO ", "HELO ", "+OK", "-ERR", "* OK", "CAP LS", "NICK ", "{\"id\"", "git-upload-pack",
    "OK MPD",
}
-- Lines that machines make: a syslog priority (RFC 5424, section 6.2.1), JSON, a metric with its value and time, the
-- time of day (RFC 867), a three-digit reply code as in SMTP and FTP.
local machine_made = {
    "^<%d%d?%d?>", "^[{%[].*[}%]]%s*$", "^[%w_-]+%.[%w_.-]+ %-?[%d.]+ %d+%s*$", "^[%w_.]+:%-?[%d.]+|%a+",
    "^%a%a%a %a%a%a +%d+ %d+:%d+:%d+", "^%a+, %a+ %d+, %d+ %d+:%d+:%d+", "^[1-5]%d%d[- ].....",
}
-- Ports of services that send lines of text, as IANA has assigned them: there, content alone is not enough.
local service_ports = {}
for port in ([[1 7 9 11 13 15 17 18 19 21 23 25 37 43 70 79 80 101 105 109 110 113 119 143 194 199 218 406 513 514 515
    540 587 601 631 666 783 873 1110 2003 2401 2628 3310 3493 4155 4190 4242 5140 5222 5269 5984 6379 6514 6600 6667
    8125 9418 10110 11211]]):gmatch("%d+") do
    service_ports[tonumber(port)] = true
end

-- Whether a whole line, the first of a TCP direction, belongs to another protocol. hinted: the port is a chat's.
function recognition.is_other_protocol(line, hinted)
    if begins_with_any(line, unmistakable) then
        return true
    elseif hinted then
        return false
    elseif begins_with_any(line, likely) then
        return true
    end
    for _, form in ipairs(machine_made) do
        if line:find(form) then
            return true
        end
    end
    return false
end

-- Judges a TCP direction's first line, or as much of it as has come. Returns true (a chat), false, or nil: not yet.
function recognition.judge_line(line, is_whole, hinted)
    if not text.is_typed(line, not is_whole) or line:sub(-2) == "\r\n"
        or (is_whole and recognition.is_other_protocol(line, hinted)) then
        return false
    end
    return is_whole or nil
end

function recognition.is_service_port(port)
    return service_ports[port] == true
end

-- Forms that hardly anything else on a network looks like, so that one datagram is enough.
local function is_unmistakable(message)
    local form = message.form
    if form.meaning == "clear-peers" then
        return true
    end
    for i = 1, #form.argument_types - 1 do
        if form.argument_types[i] == "ip" and form.argument_types[i + 1] == "port" then
            return true
        end
    end
    return form.meaning == "message" and #message > 1 and message.line_ended
end

-- If no port gives a hint, a request and an answer that fits it make a chat. A code that comes back alone does not: any
-- echo server sends that. Neither does anything on the port of another service.
local function answers_what_was_asked(evidence, message, datagram)
    if not evidence.asked or evidence.asked_by == datagram.source or not message.form.answers[evidence.asked.name]
        or service_ports[datagram.source_port] then
        return false
    elseif #message == 0 then
        return evidence.asked_argument ~= nil
    end
    return message.form.meaning ~= "registered" or message[1] == evidence.asked_argument
end

-- Whether the first word can begin a message: a quick test that rules out most datagrams of other programs.
function recognition.may_be(protocol, bytes)
    local first = bytes:byte()
    if #protocol.without_code > 0 then
        return true
    elseif first == nil or not (protocol.first_bytes[first] or first == 0x20 or (first >= 9 and first <= 13)) then
        return false
    end
    return protocol.by_code[bytes:match("[^ \t\n\v\f\r]+")] ~= nil
end

-- Looks at a datagram of an undecided conversation. If it decides, returns "peer" or the server's endpoint; else nil,
-- and whether it fits any form. evidence is a table, empty at first, that the caller keeps with the conversation.
-- hinted: a function that tells whether a port is the protocol's.
function recognition.judge_datagram(evidence, protocol, datagram, hinted)
    local bytes = datagram.payload
    if not recognition.may_be(protocol, bytes) or bytes:find("\0", 1, true) then
        return nil, false
    end
    local as_client = pattern.parse(protocol, "client", bytes)
    local as_server = pattern.parse(protocol, "server", bytes)
    local as_peer = pattern.parse(protocol, "peer", bytes)
    if as_peer and is_unmistakable(as_peer) then
        return "peer", true
    elseif as_server and is_unmistakable(as_server) then
        return datagram.source, true
    elseif as_client and hinted(datagram.destination_port) then
        return datagram.destination, true
    elseif as_server and hinted(datagram.source_port) then
        return datagram.source, true
    elseif as_server and answers_what_was_asked(evidence, as_server, datagram) then
        return datagram.source, true
    elseif as_client then
        evidence.asked, evidence.asked_by = as_client.form, datagram.source
        evidence.asked_argument = as_client[1]
    end
    return nil, (as_client or as_server or as_peer) ~= nil
end

return recognition
