-- SPDX-License-Identifier: GPL-2.0-or-later
-- What is said of a packet, in words: the Info column, the expert information, the transcript. Everything from the wire
-- is escaped here. Uses nothing of Wireshark.
local pattern = require "chatsniff.pattern"
local text = require "chatsniff.text"

local sentences = {}

local SHOWN_TEXT = 100 -- bytes of a text in a sentence; the whole of it is in its field
-- Receivers of the chat read at most this many bytes of a datagram; the rest is lost to them.
local RECEIVE_LIMIT = 1024

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

function sentences.quote(bytes)
    return "“" .. text.escape(text.shorten(bytes, SHOWN_TEXT)) .. "”"
end

-- A message's label. source, destination: who that is, as it came.
function sentences.label(message, source, destination)
    local form, pieces = message.form, {}
    for i, part in ipairs(form.label_parts) do
        local value = part
        if type(part) == "number" then
            value = form.argument_types[part] == "rest" and message.text or message[part]
        elseif type(part) == "table" then
            value = (part.side == "source" and source or part.side == "destination" and destination) or ""
        end
        pieces[i] = type(part) == "string" and part or text.escape(text.shorten(value, SHOWN_TEXT))
    end
    return table.concat(pieces)
end

-- Whether the line or datagram is a text and nothing else, so that it is quoted and needs no sentence of its own.
function sentences.is_bare_text(message)
    return message.form.code == nil and #message == 1 and message.text ~= nil
end

local opposite = { client = "server", server = "client", peer = "peer" }

-- What it has to do with another packet, in brackets.
local function link_of(session, told)
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
    local sentence = who .. " " .. sentences.label(told.message, source, destination) .. link_of(session, told)
    if told.missing > 0 then
        sentence = sentence .. " (" .. sentences.count(told.missing, "byte") .. " of it not captured)"
    end
    return sentence
end

function sentences.has_controls(bytes)
    return bytes:find("[%z\1-\8\11-\31\127]") ~= nil
end

local refusals = { ["name-taken"] = true, ["no-such-user"] = true, ["no-such-room"] = true, ["room-exists"] = true }

-- Gives add(kind, sentence) for each thing that a student should notice in a datagram: kind is one of fields.lua's
-- experts. is_known: the whole capture was seen, so that what is missing is known to be missing.
function sentences.notice(session, told, is_known, add)
    local message = told.message
    if not message then
        local kind = told.why == "not_utf8" and "not_utf8" or told.why == "cut_off" and "cut_off" or "not_understood"
        add(kind, "It fits no form: " .. pattern.reasons[told.why])
        return
    end
    if told.repeats then
        add("repeated", string.format("Asked again: there was no answer to frame %d so far", told.repeats))
    elseif is_known and told.kind == "request" and message.form.is_answered and #told.asked.replies == 0 then
        add("unanswered", "This request was never answered")
    end
    if told.again then
        add("again", string.format("The request in frame %d was answered before", told.request.frame))
    end
    if refusals[message.form.meaning] then
        add("refused", "The server " .. sentences.label(message))
    end
    if told.length > RECEIVE_LIMIT then
        add("too_long", "Longer than the 1,024 bytes that receivers read")
    end
    if message.form.meaning == "message" then
        local left_in = session:left_in(told)
        if left_in then
            add("after_leaving", string.format("One of the two asked to leave in frame %d, and has not come back",
                left_in))
        end
    end
    for i, argument in ipairs(message) do
        if sentences.has_controls(message.text and i == #message and message.text or argument) then
            add("control", "Control characters, which are shown as escapes")
            return
        end
    end
end

return sentences
