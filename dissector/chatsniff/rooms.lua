-- SPDX-License-Identifier: GPL-2.0-or-later
-- Who is in which room, as far as the wire shows it, and the newest requests that change that. A server tells every
-- member of a room about a change, and only these requests explain why it does. Uses nothing of Wireshark.
local rooms = {}
rooms.__index = rooms

local MAX_CHANGES = 256

function rooms.new()
    return setmetatable({ room_of = {}, changes = {} }, rooms)
end

-- Notes a client's request to come or go. The server will tell the other members of the room.
function rooms:note_request(message, datagram)
    local meaning = message.form.meaning
    if meaning ~= "join-room" and meaning ~= "leave-room" and meaning ~= "unregister" then
        return
    end
    if #self.changes == MAX_CHANGES then
        table.remove(self.changes, 1)
    end
    table.insert(self.changes, {
        frame = datagram.frame, form = message.form, server = datagram.destination, client = datagram.source,
        left = self.room_of[datagram.source], entered = meaning == "join-room" and message[1] or nil,
    })
end

-- Notes an answer of the server that puts the client into a room, or out of it.
function rooms:note_answer(reply, datagram, request)
    local meaning = reply.form.meaning
    if meaning == "clear-peers" and request.form.meaning == "join-room" and request.argument then
        self.room_of[datagram.destination] = request.argument
    elseif meaning == "room-left" or meaning == "unregistered" then
        self.room_of[datagram.destination] = nil
    end
end

local function newer(a, b)
    return b == nil or a.frame > b.frame
end

-- The newest change, by another client of the server, that can have caused this notice; nil for none.
function rooms:find_cause(datagram)
    local room, found, perhaps = self.room_of[datagram.destination], nil, nil
    for _, change in ipairs(self.changes) do
        if change.frame < datagram.frame and change.server == datagram.source
            and change.client ~= datagram.destination then
            if room and (change.left == room or change.entered == room) then
                found = newer(change, found) and change or found
            elseif not room or not change.left then
                -- The member's room, or the room that the client left, is unknown: they may be the same.
                perhaps = newer(change, perhaps) and change or perhaps
            end
        end
    end
    return found or perhaps
end

return rooms
