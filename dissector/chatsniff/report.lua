-- SPDX-License-Identifier: GPL-2.0-or-later
-- A capture's chats as a whole, as text: who was there, which rooms, what was said, what to notice. Uses nothing of
-- Wireshark.
local sentences = require "chatsniff.sentences"
local text = require "chatsniff.text"

local report = {}

local function append(list, ...)
    list[#list + 1] = string.format(...)
end

-- Iterates over what is known about each datagram, in the order of frames.
local function in_order(session)
    local frames, n = {}, 0
    for i, frame in ipairs(session.frames) do
        frames[i] = frame
    end
    table.sort(frames)
    return function()
        n = n + 1
        return frames[n] and session.told[frames[n]]
    end
end

-- Calls see(told) for each datagram that fits a form.
local function each_message(session, see)
    for told in in_order(session) do
        if told.message then
            see(told, told.message.form.meaning, told.message)
        end
    end
end

local function list_users(session, lines)
    local users, order = {}, {}
    each_message(session, function(told, meaning, arguments)
        local function note(endpoint, name, event)
            local key = endpoint .. "\0" .. name
            if not users[key] then
                users[key] = { endpoint = endpoint, name = name, events = {} }
                order[#order + 1] = users[key]
            end
            if event then
                append(users[key].events, event, told.frame)
            end
        end
        if meaning == "registered" and arguments[1] then
            note(told.destination, arguments[1], "registered in frame %d")
        elseif meaning == "unregistered" then
            local before = session:name(told.destination, told.frame - 1)
            if before then
                note(told.destination, before, "left in frame %d")
            end
        else
            local name = session:name(told.source, told.frame)
            if name and told.sender ~= "server" then
                note(told.source, name)
            end
        end
    end)
    append(lines, "Users")
    for _, user in ipairs(order) do
        local events = #user.events > 0 and table.concat(user.events, ", ") or "registration not captured"
        append(lines, "  %s at %s: %s", text.escape(user.name), user.endpoint:gsub(" ", " port ", 1), events)
    end
    if #order == 0 then
        append(lines, "  none")
    end
end

local function list_rooms(session, lines)
    local rooms, order, room_of = {}, {}, {}
    local function note(name, who, event, frame)
        if not rooms[name] then
            rooms[name] = {}
            order[#order + 1] = name
        end
        append(rooms[name], "%s %s in frame %d", who, event, frame)
    end
    each_message(session, function(told, meaning, arguments)
        local name = session:name(told.destination, told.frame) or session:name(told.destination, told.frame - 1)
        local who = text.escape(name or told.destination)
        if meaning == "room-created" and arguments[1] then
            note(arguments[1], "created for " .. who, "", told.frame)
        elseif meaning == "room" and arguments[1] then
            if not rooms[arguments[1]] then
                note(arguments[1], "listed", "", told.frame)
            end
        elseif meaning == "clear-peers" and told.request and told.request.form.meaning == "join-room" then
            local left = room_of[told.destination]
            if left and left ~= told.request.argument then
                note(left, who, "left", told.frame)
            end
            room_of[told.destination] = told.request.argument
            note(told.request.argument, who, "entered", told.frame)
        elseif (meaning == "room-left" or meaning == "unregistered") and room_of[told.destination] then
            note(room_of[told.destination], who, "left", told.frame)
            room_of[told.destination] = nil
        end
    end)
    append(lines, "Rooms")
    for _, name in ipairs(order) do
        append(lines, "  %s: %s", text.escape(name), (table.concat(rooms[name], ", "):gsub("  ", " ")))
    end
    if #order == 0 then
        append(lines, "  none")
    end
end

-- Who was there, and which rooms.
function report.users_and_rooms(session)
    local lines = {}
    list_users(session, lines)
    append(lines, "")
    list_rooms(session, lines)
    return table.concat(lines, "\n") .. "\n"
end

-- Everything that was said, in the order of the capture. tcp: the TCP chats (tcp.lua).
function report.transcript(session, tcp)
    local said, lines = {}, {}
    for told in in_order(session) do
        said[#said + 1] = { frame = told.frame, time = told.time, sentence = sentences.of_datagram(session, told) }
    end
    for frame, entry in pairs(tcp.said) do
        said[#said + 1] = { frame = frame, time = entry.time, sentence = entry.sentence }
    end
    table.sort(said, function(a, b)
        return a.frame < b.frame
    end)
    for _, entry in ipairs(said) do
        append(lines, "%6d  %11.6f  %s", entry.frame, entry.time, entry.sentence)
    end
    return #lines > 0 and " frame      seconds\n" .. table.concat(lines, "\n") .. "\n" or "Nothing was said.\n"
end

-- What a student should notice.
function report.findings(session, tcp)
    local found, lines = {}, {}
    for told in in_order(session) do
        for _, noticed in ipairs(sentences.notice(session, told, true) or {}) do
            found[#found + 1] = { frame = told.frame, sentence = noticed[2] }
        end
    end
    for frame, entry in pairs(tcp.said) do
        for _, noticed in ipairs(entry.findings) do
            found[#found + 1] = { frame = frame, sentence = noticed[2] }
        end
    end
    table.sort(found, function(a, b)
        return a.frame < b.frame or (a.frame == b.frame and a.sentence < b.sentence)
    end)
    for _, entry in ipairs(found) do
        append(lines, "%6d  %s", entry.frame, entry.sentence)
    end
    return #lines > 0 and " frame\n" .. table.concat(lines, "\n") .. "\n" or "Nothing out of the ordinary.\n"
end

return report
