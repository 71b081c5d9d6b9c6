-- SPDX-License-Identifier: GPL-2.0-or-later
-- The sentences about a packet, for the Info column, the expert information and the transcript. Everything from the
-- wire is escaped here. Uses nothing of Wireshark.
local pattern = require "chatsniff.pattern"
local text = require "chatsniff.text"

local sentences = {}

local SHOWN_TEXT = 100 -- bytes of a text in a sentence; the whole of it is in its field

-- "1 byte", "2 bytes"
function sentences.count(n, what)
    return n .. " " .. what .. (n == 1 and "" or "s")
end

-- A duration in seconds as people say it.
function sentences.duration(seconds)
    if seconds < 0.0009995 then
        return string.format("%.3g µs", seconds * 1e6)
    elseif seconds < 0.9995 then
        return string.format("%.3g ms", seconds * 1e3)
    end
    return string.format("%.2f s", seconds)
end

local function shown(bytes)
    if #bytes > SHOWN_TEXT then
        bytes = text.shorten(bytes, SHOWN_TEXT)
    end
    return text.escape(bytes)
end

function sentences.quote(bytes)
    return "“" .. shown(bytes) .. "”"
end

-- The label of a message. source, destination: the names of the two sides, not yet escaped.
function sentences.label(message, source, destination)
    local form, label = message.form, ""
    for i = 1, #form.label_parts do
        local part = form.label_parts[i]
        local kind = type(part)
        if kind == "string" then
            label = label .. part
        elseif kind == "number" then
            label = label .. shown(form.argument_types[part] == "rest" and message.text or message[part])
        else
            label = label .. shown((part.side == "source" and source or destination) or "")
        end
    end
    return label
end

-- Whether the line or datagram is a text and nothing else, so that it is quoted and needs no sentence of its own.
function sentences.is_bare_text(message)
    return message.form.code == nil and #message == 1 and message.text ~= nil
end

local opposite = { client = "server", server = "client", peer = "peer" }

-- How the datagram relates to another packet, in brackets; "" if it does not.
function sentences.link_of(session, told)
    if told.repeats then
        return string.format(" (the same request as #%d)", told.repeats)
    elseif told.again then
        return string.format(" (again: the request #%d was repeated)", told.request.frame)
    elseif told.request and told.latency then
        return string.format(" (answers #%d after %s)", told.request.frame, sentences.duration(told.latency))
    elseif told.request then
        return string.format(" (answers #%d)", told.request.frame)
    elseif told.kind == "reply" then
        return " (the request was not captured)"
    elseif told.cause then
        local client = session:name(told.cause.client, told.frame)
        return string.format(" (caused by #%d of %s)", told.cause.frame, client and text.escape(client) or "another")
    end
    return ""
end

-- The sentence of a datagram. It begins with its sender's chat name, or the part that the sender plays.
function sentences.of_datagram(session, told)
    local source = session:name(told.source, told.frame) or told.sender
    local who = text.escape(source)
    if not told.message and told.length == 0 then
        return who .. " sends an empty datagram"
    elseif told.why == "cut_off" then
        return who .. " sends a datagram of which the capture holds the beginning alone: "
            .. sentences.count(told.missing, "byte") .. " missing"
    elseif not told.message then
        return who .. " sends a datagram that means nothing in this chat: " .. pattern.reasons[told.why]
    end
    local destination = session:name(told.destination, told.frame) or (told.to_group and "group")
        or opposite[told.sender]
    local sentence = who .. " " .. sentences.label(told.message, source, destination)
        .. sentences.link_of(session, told)
    if told.missing > 0 then
        sentence = sentence .. " (" .. sentences.count(told.missing, "byte") .. " of it not captured)"
    end
    return sentence
end

function sentences.has_controls(bytes)
    return bytes:find("[%z\1-\8\11-\31\127]") ~= nil
end

local refusals = { ["name-taken"] = true, ["no-such-user"] = true, ["no-such-room"] = true, ["room-exists"] = true }

-- What a student should notice in a datagram, as a list of { kind, sentence }; nil if there is nothing. kind is one of
-- the experts of fields.lua. is_known: the whole capture was read, so that what is missing is really missing.
function sentences.notice(session, told, is_known)
    local message, found = told.message, nil
    local function add(kind, sentence, ...)
        found = found or {}
        found[#found + 1] = { kind, sentence:format(...) }
    end
    if not message then
        add(told.why == "not_utf8" and "not_utf8" or told.why == "cut_off" and "cut_off" or "not_understood",
            "It fits no form: %s", pattern.reasons[told.why])
        return found
    end
    if told.repeats then
        add("repeated", "Asked again: there was no answer to frame %d so far", told.repeats)
    elseif is_known and told.kind == "request" and message.form.is_answered and #told.asked.replies == 0 then
        add("unanswered", "This request was never answered")
    end
    if told.again then
        add("again", "The request in frame %d was answered before", told.request.frame)
    end
    if refusals[message.form.meaning] then
        add("refused", "The server %s", sentences.label(message))
    end
    local limit = told.protocol.receive_limit
    if limit and told.length > limit then
        add("too_long", "Longer than the %d bytes that receivers read", limit)
    end
    local left_in = message.form.meaning == "message" and session:left_in(told)
    if left_in then
        add("after_leaving", "One of the two asked to leave in frame %d, and has not come back", left_in)
    end
    for i = 1, #message do
        if sentences.has_controls(message.text and i == #message and message.text or message[i]) then
            add("control", "Control characters, which are shown as escapes")
            break
        end
    end
    return found
end

return sentences
