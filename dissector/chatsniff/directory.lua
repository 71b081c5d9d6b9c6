-- SPDX-License-Identifier: GPL-2.0-or-later
-- The address book as the wire shows it: which endpoints are servers, which are peers, and their names over time. An
-- endpoint is a string that the caller makes. Uses nothing of Wireshark.
local directory = {}
directory.__index = directory

-- At most this many changes of an endpoint's name are remembered.
local MAX_NAMES = 16

function directory.new()
    return setmetatable({ servers = {}, peers = {}, names = {}, departures = {} }, directory)
end

function directory:add_server(endpoint, protocol)
    self.servers[endpoint] = protocol
end

function directory:add_peer(endpoint, protocol)
    self.peers[endpoint] = protocol
end

-- In a list that is ordered by frame, the index of the last entry that is not later than this frame; 0 if there is
-- none.
local function position(list, frame)
    local n = #list
    while n > 0 and list[n].frame > frame do
        n = n - 1
    end
    return n
end

-- Gives the endpoint a name from this frame on; false: it has none any more. Names may be learned out of order.
function directory:set_name(endpoint, frame, name)
    local names = self.names[endpoint]
    if not names then
        names = {}
        self.names[endpoint] = names
    end
    local n = position(names, frame)
    if (n > 0 and names[n].name) == name then
        return
    end
    table.insert(names, n + 1, { frame = frame, name = name })
    if #names > MAX_NAMES then
        table.remove(names, 1)
    end
end

-- The name at that frame, as far as it is known; nil if it is not.
function directory:name(endpoint, frame)
    local names = self.names[endpoint]
    local n = names and position(names, frame) or 0
    return n > 0 and names[n].name or nil
end

-- Notes that the endpoint asked to leave its room, or the chat (left_in: the frame), or came back (left_in: nil).
function directory:set_departure(endpoint, frame, left_in)
    local list = self.departures[endpoint]
    if not list then
        if not left_in then
            return
        end
        list = {}
        self.departures[endpoint] = list
    end
    table.insert(list, position(list, frame) + 1, { frame = frame, left_in = left_in })
    if #list > MAX_NAMES then
        table.remove(list, 1)
    end
end

-- The frame in which the endpoint asked to leave; nil if it did not, or came back before this frame.
function directory:left_in(endpoint, frame)
    local list = self.departures[endpoint]
    local n = list and position(list, frame) or 0
    return n > 0 and list[n].left_in or nil
end

return directory
